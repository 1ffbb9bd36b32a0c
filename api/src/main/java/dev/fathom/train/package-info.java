/**
 * Training: from a spec and data to a model.
 *
 * <p>Start with {@link dev.fathom.train.Trainer}:
 *
 * <pre>{@code
 * Spec spec = Spec.parse(json);
 * TrainingData data = TrainingData.open(spec, folder);
 * Trainer trainer = Trainer.of(spec, data, Backends.select("auto")).listener(System.out::println).build();
 * TrainingResult result = trainer.run();
 * }</pre>
 *
 * <p>A step is one program: forward, loss, gradients and update, on flat buffers of parameters and
 * moments. Batches are prepared on a second thread; nothing else is concurrent, so the same spec,
 * data, seed and backend give bitwise the same weights, interrupted and resumed or not.
 */
package dev.fathom.train;
