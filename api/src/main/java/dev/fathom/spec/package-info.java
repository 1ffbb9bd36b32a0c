/**
 * Trainings as JSON. Start with {@link dev.fathom.spec.Spec}; each section is a file: {@link
 * dev.fathom.spec.DataSpec} with {@link dev.fathom.spec.TextSpec} and {@link
 * dev.fathom.spec.SeriesSpec}, {@link dev.fathom.spec.ModelSpec}, {@link
 * dev.fathom.spec.TrainingSpec}.
 *
 * <p>Layers, losses, optimisers, schedules, metrics and tasks are named in one line each of {@code
 * LayerTypes}, {@code LossTypes}, {@code OptimizerTypes}, {@code ScheduleTypes}, {@code
 * MetricTypes} and {@code TaskTypes}; those of a jar of your own in a {@link
 * dev.fathom.spec.Extension}. Reading a field also writes it, with its default, to the expanded
 * spec.
 */
package dev.fathom.spec;
