/**
 * Trained models: a {@link dev.fathom.model.Model} is a function with weights, preparation of raw
 * examples and a task. {@link dev.fathom.model.Predictor} answers with one, {@link
 * dev.fathom.model.Forecaster} with one of a time series; {@link dev.fathom.model.DeviceWeights}
 * are its weights on a device, which all that use the model share.
 */
package dev.fathom.model;
