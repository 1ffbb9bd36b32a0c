package dev.fathom.service;

import dev.fathom.model.Model;
import dev.fathom.store.DataDirectory;
import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * Keeps the {@value #MOST} models open that were used last. Opening a model compares the checksum
 * of its weights. Safe for several threads; several may open different models at once.
 *
 * @param <T> type of an open model
 */
public final class OpenModels<T> {

  private static final int MOST = 8;

  private final DataDirectory directory;
  private final Function<Model, T> opening;
  private final Consumer<T> closing;

  /** The open models, in the order of their last use. */
  private final Map<Key, Entry<T>> open = new LinkedHashMap<>(16, 0.75f, true);

  /** A published model. */
  public record Key(String name, int version) {}

  /** An open model, and the number of requests that use it; guarded by the map of all. */
  private static final class Entry<T> {
    final CompletableFuture<T> model = new CompletableFuture<>();
    int users;
    boolean evicted;
  }

  /**
   * Opens models by {@code opening}, and closes each by {@code closing} when it is no longer kept.
   */
  public OpenModels(DataDirectory directory, Function<Model, T> opening, Consumer<T> closing) {
    this.directory = directory;
    this.opening = opening;
    this.closing = closing;
  }

  /**
   * {@return the model that a request names}
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

  /** The work of a request on an open model. */
  @FunctionalInterface
  public interface Use<T, R> {
    R of(T model) throws IOException;
  }

  /**
   * {@return the result of {@code use} on the model, which stays open until then}
   *
   * @throws dev.fathom.store.StoreException if a file of the model is damaged, naming it
   */
  public <R> R with(Key key, Use<T, R> use) throws IOException {
    Entry<T> entry;
    boolean mine;
    synchronized (open) {
      mine = !open.containsKey(key);
      entry = open.computeIfAbsent(key, k -> new Entry<>());
      entry.users++;
    }
    try {
      if (mine) {
        load(key, entry);
        evict();
      }
      return use.of(entry.model.join());
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    } finally {
      release(entry);
    }
  }

  private void load(Key key, Entry<T> entry) {
    try {
      var bundle = directory.models().get(key.name(), key.version()).bundle();
      entry.model.complete(opening.apply(Model.load(bundle)));
    } catch (IOException | RuntimeException e) {
      entry.model.completeExceptionally(e);
      synchronized (open) {
        open.remove(key, entry); // The next request tries again.
      }
    }
  }

  private void evict() {
    Entry<T> eldest = null;
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

  private void release(Entry<T> entry) {
    boolean last;
    synchronized (open) {
      last = --entry.users == 0 && entry.evicted;
    }
    if (last && !entry.model.isCompletedExceptionally()) {
      closing.accept(entry.model.join());
    }
  }

  /** Closes all; nobody may use one any more. */
  public void close() {
    synchronized (open) {
      open.values().stream()
          .filter(e -> e.model.isDone() && !e.model.isCompletedExceptionally())
          .forEach(e -> closing.accept(e.model.join()));
      open.clear();
    }
  }
}
