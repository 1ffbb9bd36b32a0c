package dev.fathom.service;

import dev.fathom.compile.Specialised;
import dev.fathom.generate.Embedder;
import dev.fathom.generate.Generator;
import dev.fathom.generate.PictureGenerator;
import dev.fathom.generate.Translator;
import dev.fathom.model.DeviceWeights;
import dev.fathom.model.Model;
import dev.fathom.model.Predictor;
import dev.fathom.spi.Backend;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A model that is open: its weights are on the device once, and whatever answers with them is
 * opened when it is first asked for. Safe for several threads.
 */
public final class OpenModel implements AutoCloseable {
  private static final Duration WARM_UP = Duration.ofMillis(300);
  private static final Specialised.Limits EMBEDDERS = new Specialised.Limits(4, Long.MAX_VALUE);

  private final DeviceWeights weights;
  private final long prefixBytes;

  /** Not the lock of all else: requests go on while the model warms up. */
  private final Object warmth = new Object();

  private boolean warm;
  private final List<AutoCloseable> opened = new ArrayList<>();
  private Optional<Predictor> predictor = Optional.empty();
  private Optional<Generator> generator = Optional.empty();

  /** By the layer whose vectors they are. */
  private final Specialised<Optional<String>, Embedder> embedders =
      new Specialised<>(EMBEDDERS, _ -> 0, Embedder::close);

  private Optional<PictureGenerator> pictures = Optional.empty();
  private Optional<Translator> translator = Optional.empty();

  /**
   * Uploads the weights.
   *
   * @param prefixBytes see {@link Generator#open(DeviceWeights, long)}
   */
  public OpenModel(Backend backend, Model model, long prefixBytes) {
    this.weights = DeviceWeights.upload(backend, model);
    this.prefixBytes = prefixBytes;
  }

  /** {@return the model} */
  public Model model() {
    return weights.model();
  }

  /**
   * Makes the model ready for requests: opens what predicts, and lets it answer for a moment, the
   * first time, so that a request finds code that is compiled.
   */
  public void warmUp() {
    var warming = predictor();
    synchronized (warmth) {
      if (!warm) {
        warming.warmUp(WARM_UP);
        warm = true;
      }
    }
  }

  /** {@return what predicts} */
  public synchronized Predictor predictor() {
    if (predictor.isEmpty()) {
      predictor = Optional.of(kept(Predictor.open(weights)));
    }
    return predictor.get();
  }

  /**
   * {@return what goes on with texts}
   *
   * @throws IllegalArgumentException if the model cannot, with the reason
   */
  public synchronized Generator generator() {
    if (generator.isEmpty()) {
      generator = Optional.of(kept(Generator.open(weights, prefixBytes)));
    }
    return generator.get();
  }

  /**
   * {@return what makes vectors, to be closed after use}
   *
   * @param layer whose vectors they are; empty for the one in front of the head
   * @throws dev.fathom.task.WishException if there is no such layer
   * @throws IllegalArgumentException if the model cannot, with the reason
   */
  public Specialised<Optional<String>, Embedder>.Lease embedder(Optional<String> layer) {
    return embedders.lease(layer, each -> Embedder.open(weights, each));
  }

  /**
   * {@return what makes pictures}
   *
   * @throws IllegalArgumentException if the model makes none, with the reason
   */
  public synchronized PictureGenerator pictures() {
    if (pictures.isEmpty()) {
      pictures = Optional.of(kept(PictureGenerator.open(weights)));
    }
    return pictures.get();
  }

  /**
   * {@return what tells texts from others}
   *
   * @throws IllegalArgumentException if the model tells none, with the reason
   */
  public synchronized Translator translator() {
    if (translator.isEmpty()) {
      translator = Optional.of(kept(Translator.open(weights)));
    }
    return translator.get();
  }

  private <T extends AutoCloseable> T kept(T part) {
    opened.add(part);
    return part;
  }

  @Override
  public synchronized void close() {
    try {
      for (var part : opened) {
        part.close();
      }
    } catch (Exception e) {
      throw new IllegalStateException(e);
    } finally {
      opened.clear();
      embedders.close();
      weights.close();
    }
  }
}
