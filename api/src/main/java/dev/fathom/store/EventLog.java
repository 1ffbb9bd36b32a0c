package dev.fathom.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * The events of a training, kept in order. Ids rise by one and go on after a restart; no id is
 * given twice, though old events may be {@linkplain #retain forgotten}. Safe for several threads.
 *
 * <p>A line is written at once but not forced to disk: after a kill every event is there, after a
 * power cut the last ones may be missing. A last line that is torn is not an event, and the next
 * append removes it.
 */
public final class EventLog {
  /** How much of the end of the file is read at first. */
  private static final long BLOCK = 8192;

  private final DataDirectory store;
  private final Path file;
  private long lastId = -1;

  EventLog(DataDirectory store, Path file) {
    this.store = store;
    this.file = file;
  }

  /** Makes the file, with a first line that says its format. */
  static void create(Path file) throws IOException {
    Files.writeString(file, "{\"format\":" + JsonFile.FORMAT + "}\n");
    Disk.syncFile(file);
  }

  /**
   * Appends an event and {@return it, with its id}
   *
   * @throws StoreException DAMAGED if the file cannot be read; NO_SPACE if the disk is full
   */
  public synchronized Event append(ObjectNode data) throws IOException {
    store.requireOwner();
    if (lastId < 0) {
      lastId = mend();
    }
    Event event = new Event(lastId + 1, Instant.now(), data.deepCopy());
    lastId = -1; // If the write fails, the next append reads the end of the file again.
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
      ByteBuffer bytes = ByteBuffer.wrap(line(event).getBytes(StandardCharsets.UTF_8));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw store.space().explained(e);
    }
    lastId = event.id();
    return event;
  }

  /**
   * {@return the events behind the one with id {@code afterId}; 0 for all} The file is read from
   * its end, as far as need be.
   *
   * @throws StoreException DAMAGED if a line that is read, other than the last, is not an event
   */
  public List<Event> after(long afterId) throws IOException {
    return tail(afterId).events();
  }

  /** {@return the newest event, if there is one} */
  public Optional<Event> last() throws IOException {
    Scan scan = tail(Long.MAX_VALUE);
    return scan.lastId() == 0 ? Optional.empty() : Optional.of(after(scan.lastId() - 1).getLast());
  }

  /**
   * Forgets all events but those to {@code keep}, and the newest. The others keep their ids. After
   * a kill all are there or those that were kept.
   */
  public synchronized void retain(Predicate<Event> keep) throws IOException {
    List<Event> all = after(0);
    store.staged(
        staged -> {
          create(staged);
          try (BufferedWriter writer = Files.newBufferedWriter(staged, StandardOpenOption.APPEND)) {
            for (Event event : all) {
              if (event == all.getLast() || keep.test(event)) {
                writer.write(line(event));
              }
            }
          }
          Disk.syncFile(staged);
          Disk.move(staged, file);
          return null;
        });
  }

  private static String line(Event event) throws IOException {
    ObjectNode line = JsonFile.JSON.createObjectNode();
    line.put("id", event.id()).put("time", event.time().toString()).set("data", event.data());
    return JsonFile.JSON.writeValueAsString(line) + "\n";
  }

  /**
   * @param firstId of the first event that was read, {@link Long#MAX_VALUE} if there is none
   * @param lastId of the last event; 0 if there is none
   */
  private record Scan(List<Event> events, long firstId, long lastId, long validBytes) {}

  /** {@return a scan of the last lines, of enough to have all events behind {@code afterId}} */
  private Scan tail(long afterId) throws IOException {
    for (long bytes = BLOCK; ; bytes *= 8) {
      long from = Math.max(0, size() - bytes);
      Scan scan = scan(from, afterId);
      if (from == 0 || scan.firstId() - 1 <= afterId && scan.firstId() != Long.MAX_VALUE) {
        return scan;
      }
    }
  }

  /** Cuts a torn last line off; {@return the id of the last event} */
  private long mend() throws IOException {
    Scan scan = tail(Long.MAX_VALUE);
    if (scan.validBytes() == 0) {
      create(file);
    } else if (scan.validBytes() < size()) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(scan.validBytes());
      }
    }
    return scan.lastId();
  }

  /** Reads the lines that begin behind {@code from}; 0 for all. */
  private Scan scan(long from, long afterId) throws IOException {
    byte[] bytes = read(from);
    List<Event> events = new ArrayList<>();
    long firstId = Long.MAX_VALUE;
    long lastId = 0;
    int start = 0;
    if (from > 0) {
      while (start < bytes.length && bytes[start] != '\n') {
        start++;
      }
      start = Math.min(start + 1, bytes.length);
    }
    for (int end = start; end < bytes.length; end++) {
      if (bytes[end] != '\n') {
        continue;
      }
      try {
        JsonNode line = JsonFile.JSON.readTree(bytes, start, end - start);
        if (start == 0 && from == 0) {
          JsonFile.withoutFormat(file, line);
        } else {
          Event event = event(line, lastId + 1);
          firstId = Math.min(firstId, event.id());
          lastId = event.id();
          if (lastId > afterId) {
            events.add(event);
          }
        }
      } catch (IOException | StoreException e) {
        if (end == bytes.length - 1) {
          break;
        }
        throw JsonFile.damaged(file, "byte %d: %s".formatted(from + start, e.getMessage()));
      }
      start = end + 1;
    }
    return new Scan(events, firstId, lastId, from + start);
  }

  private byte[] read(long from) throws IOException {
    try (FileChannel channel = FileChannel.open(file, StandardOpenOption.READ)) {
      ByteBuffer bytes = ByteBuffer.allocate(Math.toIntExact(Math.max(0, channel.size() - from)));
      while (bytes.hasRemaining() && channel.read(bytes, from + bytes.position()) >= 0) {}
      return Arrays.copyOf(bytes.array(), bytes.position());
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private long size() {
    try {
      return Files.size(file);
    } catch (IOException e) {
      throw unreadable(e);
    }
  }

  private StoreException unreadable(IOException e) {
    return JsonFile.damaged(
        file,
        e instanceof NoSuchFileException
            ? "the file is missing"
            : "it cannot be read: " + e.getMessage());
  }

  /** Events that were forgotten leave gaps. */
  private Event event(JsonNode line, long leastId) {
    Members event = new Members(file, line, "id", "time", "data");
    return new Event(
        event.number("id", leastId, Long.MAX_VALUE), event.time("time"), event.object("data"));
  }
}
