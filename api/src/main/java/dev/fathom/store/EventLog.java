package dev.fathom.store;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
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
import java.util.List;

/**
 * The events of a training, kept in order. Ids rise by one and go on after a restart. Safe for
 * several threads.
 *
 * <p>A line is written at once but not forced to disk: after a kill every event is there, after a
 * power cut the last ones may be missing. A last line that is torn is not an event, and the next
 * append removes it.
 */
public final class EventLog {
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
    ObjectNode line = JsonFile.JSON.createObjectNode();
    line.put("id", event.id()).put("time", event.time().toString()).set("data", event.data());
    lastId = -1; // If the write fails, the next append reads the end of the file again.
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.WRITE, StandardOpenOption.APPEND)) {
      ByteBuffer bytes =
          ByteBuffer.wrap(
              (JsonFile.JSON.writeValueAsString(line) + "\n").getBytes(StandardCharsets.UTF_8));
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
   * {@return the events behind the one with id {@code afterId}; 0 for all}
   *
   * @throws StoreException DAMAGED if a line other than the last is not an event
   */
  public List<Event> after(long afterId) throws IOException {
    return scan(afterId).events();
  }

  private record Scan(List<Event> events, long lastId, long validBytes) {}

  /** Cuts a torn last line off; {@return the id of the last event} */
  private long mend() throws IOException {
    Scan scan = scan(Long.MAX_VALUE);
    if (scan.validBytes() == 0) {
      create(file);
    } else if (scan.validBytes() < Files.size(file)) {
      try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
        channel.truncate(scan.validBytes());
      }
    }
    return scan.lastId();
  }

  private Scan scan(long afterId) throws IOException {
    byte[] bytes = read();
    List<Event> events = new ArrayList<>();
    long lastId = 0;
    int start = 0;
    for (int end = 0; end < bytes.length; end++) {
      if (bytes[end] != '\n') {
        continue;
      }
      try {
        JsonNode line = JsonFile.JSON.readTree(bytes, start, end - start);
        if (start == 0) {
          JsonFile.withoutFormat(file, line);
        } else {
          Event event = event(line, lastId + 1);
          lastId = event.id();
          if (lastId > afterId) {
            events.add(event);
          }
        }
      } catch (IOException | StoreException e) {
        if (end == bytes.length - 1) {
          break;
        }
        throw JsonFile.damaged(file, "byte %d: %s".formatted(start, e.getMessage()));
      }
      start = end + 1;
    }
    return new Scan(events, lastId, start);
  }

  private byte[] read() {
    try {
      return Files.readAllBytes(file);
    } catch (NoSuchFileException e) {
      throw JsonFile.damaged(file, "the file is missing");
    } catch (IOException e) {
      throw JsonFile.damaged(file, "it cannot be read: " + e.getMessage());
    }
  }

  private Event event(JsonNode line, long id) {
    Members event = new Members(file, line, "id", "time", "data");
    return new Event(event.number("id", id, id), event.time("time"), event.object("data"));
  }
}
