package dev.fathom.service.inference;

import dev.fathom.compile.Backends;
import dev.fathom.model.Model;
import dev.fathom.model.Predictor;
import dev.fathom.service.Refusal;
import dev.fathom.store.DataDirectory;
import io.quarkus.runtime.ShutdownEvent;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/**
 * Keeps the {@value #MOST} models open that were used last. Its weights' checksum is compared when
 * a model is opened. Safe for several threads; several may open different models at once.
 */
@Singleton
public final class Predictors {

  private static final int MOST = 8;

  private final DataDirectory directory;
  private final Backends.Selection backend;

  /** In the order of their last use. */
  private final Map<Key, Entry> open = new LinkedHashMap<>(16, 0.75f, true);

  /** A published model. */
  public record Key(String name, int version) {}

  /** A predictor and how many use it; guarded by the map of all. */
  private static final class Entry {
    final CompletableFuture<Predictor> predictor = new CompletableFuture<>();
    int users;
    boolean evicted;
  }

  @Inject
  Predictors(DataDirectory directory, Backends.Selection backend) {
    this.directory = directory;
    this.backend = backend;
  }

  /**
   * {@return the model that a request means}
   *
   * @param version null for the newest
   * @throws Refusal 404 if there is none
   */
  public Key find(String name, String version) throws IOException {
    var versions = directory.models().versions(name);
    if (versions.isEmpty()) {
      throw new Refusal(404, "there is no model '%s'".formatted(name));
    }
    if (version == null) {
      return new Key(name, versions.getLast());
    }
    return versions.stream()
        .filter(known -> version.equals(known.toString()))
        .findFirst()
        .map(known -> new Key(name, known))
        .orElseThrow(
            () ->
                new Refusal(
                    404,
                    "there is no version '%s' of model '%s' but %s"
                        .formatted(version, name, versions)));
  }

  /** What a request does with a predictor. */
  @FunctionalInterface
  public interface Use<T> {
    T of(Predictor predictor) throws IOException;
  }

  /**
   * {@return what {@code use} makes of the model, which stays open meanwhile}
   *
   * @throws dev.fathom.store.StoreException if a file of the model is damaged, naming it
   */
  public <T> T with(Key key, Use<T> use) throws IOException {
    Entry entry;
    boolean mine;
    synchronized (open) {
      mine = !open.containsKey(key);
      entry = open.computeIfAbsent(key, k -> new Entry());
      entry.users++;
    }
    try {
      if (mine) {
        load(key, entry);
        evict();
      }
      return use.of(entry.predictor.join());
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    } finally {
      release(entry);
    }
  }

  private void load(Key key, Entry entry) {
    try {
      var bundle = directory.models().get(key.name(), key.version()).bundle();
      entry.predictor.complete(Predictor.open(backend.backend(), Model.load(bundle)));
    } catch (IOException | RuntimeException e) {
      entry.predictor.completeExceptionally(e);
      synchronized (open) {
        open.remove(key, entry); // The next request tries again.
      }
    }
  }

  private void evict() {
    Entry eldest = null;
    synchronized (open) {
      if (open.size() > MOST) {
        var first = open.entrySet().iterator();
        eldest = first.next().getValue();
        first.remove();
        eldest.evicted = true;
        eldest.users++;
      }
    }
    if (eldest != null) {
      release(eldest);
    }
  }

  private void release(Entry entry) {
    boolean last;
    synchronized (open) {
      last = --entry.users == 0 && entry.evicted;
    }
    if (last && !entry.predictor.isCompletedExceptionally()) {
      entry.predictor.join().close();
    }
  }

  void close(@Observes ShutdownEvent event) {
    synchronized (open) {
      open.values().stream()
          .filter(e -> e.predictor.isDone() && !e.predictor.isCompletedExceptionally())
          .forEach(e -> e.predictor.join().close());
      open.clear();
    }
  }
}
