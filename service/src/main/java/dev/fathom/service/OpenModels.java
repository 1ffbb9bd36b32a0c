package dev.fathom.service;

import dev.fathom.model.Model;
import dev.fathom.spec.SavedModel;
import dev.fathom.store.DataDirectory;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Predicate;

/**
 * Keeps the {@value #MOST} models open that were used last. Its weights' checksum is compared when
 * a model is opened. Safe for several threads; several may open different models at once.
 */
public final class OpenModels {

  private static final int MOST = 8;

  /** How long a request waits for one that opens the same model. */
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private final DataDirectory directory;
  private final Function<Model, OpenModel> opening;

  /** In the order of their last use. */
  private final Map<Key, Entry> open = new LinkedHashMap<>(16, 0.75f, true);

  /** A published model. */
  public record Key(String name, int version) {}

  /** An open model and how many use it; guarded by the map of all. */
  private static final class Entry {
    final CompletableFuture<OpenModel> model = new CompletableFuture<>();
    int users;
    boolean evicted;
  }

  /** Opens models with {@code opening}. */
  public OpenModels(DataDirectory directory, Function<Model, OpenModel> opening) {
    this.directory = directory;
    this.opening = opening;
  }

  /**
   * {@return the version that a client asks for}
   *
   * @param reference {@code NAME}, for the newest, or {@code NAME:VERSION}
   * @throws Refusal 404 if there is none
   */
  public Key find(String reference) throws IOException {
    int colon = reference.indexOf(':');
    return colon < 0
        ? find(reference, null)
        : find(reference.substring(0, colon), reference.substring(colon + 1));
  }

  /**
   * {@return the model that a request names}
   *
   * @param version null for the newest
   * @throws Refusal 404 if there is none
   */
  public Key find(String name, String version) throws IOException {
    var versions = versions(name);
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

  private static Refusal noVersion(Key key) {
    return new Refusal(
        404,
        "there is no version '%d' of model '%s' any more".formatted(key.version(), key.name()));
  }

  /** {@return the versions of a model, rising; empty if there is no such model} */
  public List<Integer> versions(String name) throws IOException {
    return directory.models().versions(name);
  }

  /** The use that a request makes of an open model. */
  @FunctionalInterface
  public interface Use<R> {
    R of(OpenModel model) throws IOException;
  }

  /**
   * {@return the result of {@code use} with the model, which stays open meanwhile}
   *
   * @throws dev.fathom.store.StoreException if a file of the model is damaged, naming it
   * @throws Refusal 404 if it was deleted meanwhile, 503 if another request takes too long to open
   *     it
   */
  public <R> R with(Key key, Use<R> use) throws IOException {
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
        evict(_ -> open.size() > MOST);
      }
      return use.of(opened(key, entry));
    } finally {
      release(entry);
    }
  }

  private OpenModel opened(Key key, Entry entry) throws IOException {
    try {
      return entry.model.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw new Refusal(503, "model '%s' is still being opened: ask again".formatted(key.name()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Refusal(503, "the service stops");
    } catch (ExecutionException e) {
      if (isDeleted(key)) {
        throw noVersion(key);
      }
      switch (e.getCause()) {
        case RuntimeException cause -> throw cause;
        case IOException cause -> throw cause;
        case Error cause -> throw cause;
        default -> throw new IllegalStateException(e.getCause());
      }
    }
  }

  /** {@return the models that are open now} */
  public Set<Key> open() {
    var keys = new HashSet<Key>();
    synchronized (open) {
      // Not by get(), which would count as a use.
      open.forEach(
          (key, entry) -> {
            if (entry.model.isDone() && !entry.model.isCompletedExceptionally()) {
              keys.add(key);
            }
          });
    }
    return keys;
  }

  /**
   * Closes all versions of a model, each once nobody uses it any more, which frees their memory.
   * Whoever asks for one again opens it again.
   */
  public void unload(String name) {
    evict(key -> key.name().equals(name));
  }

  private void load(Key key, Entry entry) {
    try {
      var bundle = directory.models().get(key.name(), key.version()).bundle();
      entry.model.complete(opening.apply(SavedModel.load(bundle)));
    } catch (Throwable e) { // whoever waits for the model is told, whatever it is
      synchronized (open) {
        open.remove(key, entry); // The next request tries again.
      }
      entry.model.completeExceptionally(e);
    }
  }

  private boolean isDeleted(Key key) {
    try {
      return !directory.models().versions(key.name()).contains(key.version());
    } catch (IOException e) {
      return false; // The first exception tells more.
    }
  }

  /**
   * Deletes versions of one model. Requests that use one go on to their end; it is closed behind
   * the last of them.
   *
   * @param version null for all
   * @throws Refusal 404 if there is none
   */
  public void delete(String name, String version) throws IOException {
    var key = find(name, version);
    if (version == null) {
      directory.models().delete(name);
      unload(name);
    } else {
      directory.models().delete(name, key.version());
      evict(key::equals);
    }
  }

  /** Takes out of use what {@code which} accepts, the one used longest ago first. */
  private void evict(Predicate<Key> which) {
    List<Entry> evicted = new ArrayList<>();
    synchronized (open) {
      for (var entries = open.entrySet().iterator(); entries.hasNext(); ) {
        var entry = entries.next();
        if (which.test(entry.getKey())) {
          entries.remove();
          entry.getValue().evicted = true;
          entry.getValue().users++;
          evicted.add(entry.getValue());
        }
      }
    }
    evicted.forEach(this::release);
  }

  private void release(Entry entry) {
    boolean last;
    synchronized (open) {
      last = --entry.users == 0 && entry.evicted;
    }
    if (last && !entry.model.isCompletedExceptionally()) {
      entry.model.join().close();
    }
  }

  /** Closes all; nobody may use one any more. */
  public void close() {
    synchronized (open) {
      open.values().stream()
          .filter(e -> e.model.isDone() && !e.model.isCompletedExceptionally())
          .forEach(e -> e.model.join().close());
      open.clear();
    }
  }
}
