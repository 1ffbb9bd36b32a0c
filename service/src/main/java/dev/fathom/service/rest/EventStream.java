package dev.fathom.service.rest;

import dev.fathom.service.jobs.JobRecord;
import jakarta.ws.rs.core.StreamingOutput;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.function.BooleanSupplier;

/**
 * Sends the events of one job to one client: first those that it missed, then the others as they
 * come. The stream ends when the job has ended and its events are sent. Events have the ids of the
 * record; {@code progress} is not recorded, and has none. What the client has not read yet is not
 * kept here: writing waits for it, and the next events are read from the record.
 */
final class EventStream implements StreamingOutput {

  private static final Duration HEARTBEAT = Duration.ofSeconds(10);

  private final JobRecord job;
  private final BooleanSupplier clientIsGone;
  private long told;

  EventStream(JobRecord job, long told, BooleanSupplier clientIsGone) {
    this.job = job;
    this.told = told;
    this.clientIsGone = clientIsGone;
  }

  @Override
  public void write(OutputStream client) throws IOException {
    long seen = -1;
    boolean more = true;
    while (more && !clientIsGone.getAsBoolean()) {
      long now = await(seen);
      if (now == seen) {
        send(client, ":still here\n\n");
      } else {
        seen = now;
        more = tell(client);
      }
    }
  }

  private long await(long seen) throws IOException {
    try {
      return job.await(seen, HEARTBEAT);
    } catch (InterruptedException e) {
      throw new InterruptedIOException("the service stops");
    }
  }

  /** {@return whether more may come} */
  private boolean tell(OutputStream client) throws IOException {
    // Read before the events, since the last of them is that of the end.
    boolean ended = job.state().ended();
    for (var event : job.events(told)) {
      told = event.id();
      send(
          client,
          "id:%d\nevent:%s\ndata:%s\n\n"
              .formatted(
                  told,
                  event.data().path("type").asText(),
                  event.data().put("time", event.time().toString())));
    }
    var progress = job.progress();
    if (progress != null) {
      send(client, "event:progress\ndata:%s\n\n".formatted(progress));
    }
    return !ended;
  }

  private static void send(OutputStream client, String text) throws IOException {
    client.write(text.getBytes(StandardCharsets.UTF_8));
    client.flush();
  }
}
