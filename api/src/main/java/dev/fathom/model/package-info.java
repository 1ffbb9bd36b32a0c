/**
 * What users write and keep: {@link dev.fathom.model.Spec}, the declarative JSON of a model and its
 * training, and {@link dev.fathom.model.Model}, what a training leaves: weights with signature,
 * preprocessing and labels. {@link dev.fathom.model.Predictor} answers with a model, {@link
 * dev.fathom.model.Forecaster} with one of a time series. {@link dev.fathom.model.Tokenizers} are
 * how text becomes tokens, as JSON.
 *
 * <p>A layer's or optimiser's JSON keys stand in one line each of {@code LayerSpecs} and {@code
 * TrainingSpec}; reading a field also writes it, with its default, to the expanded spec.
 */
package dev.fathom.model;
