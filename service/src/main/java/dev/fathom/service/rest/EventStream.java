package dev.fathom.service.rest;

import dev.fathom.service.jobs.JobRecord;
import io.smallrye.mutiny.subscription.MultiEmitter;
import jakarta.ws.rs.sse.OutboundSseEvent;
import jakarta.ws.rs.sse.Sse;
import java.io.IOException;
import java.time.Duration;

/**
 * Sends the events of one job to one client: first those that it missed, then the others as they
 * come. The stream ends when the job has ended and its events are sent. Events have the ids of the
 * record; {@code progress} is not recorded, and has none.
 */
final class EventStream implements Runnable {

  private static final Duration HEARTBEAT = Duration.ofSeconds(10);

  private final JobRecord job;
  private final Sse sse;
  private final MultiEmitter<? super OutboundSseEvent> client;
  private long told;

  EventStream(JobRecord job, long told, Sse sse, MultiEmitter<? super OutboundSseEvent> client) {
    this.job = job;
    this.told = told;
    this.sse = sse;
    this.client = client;
  }

  @Override
  public void run() {
    try {
      long seen = -1;
      while (!client.isCancelled()) {
        long now = job.await(seen, HEARTBEAT);
        if (now == seen) {
          client.emit(sse.newEventBuilder().comment("still here").build());
        } else {
          seen = now;
          if (!tell()) {
            break;
          }
        }
      }
      client.complete();
    } catch (InterruptedException | IOException | RuntimeException e) {
      client.fail(e);
    }
  }

  /** {@return whether more may come} */
  private boolean tell() throws IOException {
    // Read before the events, since the last of them is that of the end.
    boolean ended = job.state().ended();
    for (var event : job.events(told)) {
      told = event.id();
      emit(
          sse.newEventBuilder().id(Long.toString(told)),
          event.data().path("type").asText(),
          event.data().put("time", event.time().toString()).toString());
    }
    var progress = job.progress();
    if (progress != null) {
      emit(sse.newEventBuilder(), "progress", progress.toString());
    }
    return !ended;
  }

  private void emit(OutboundSseEvent.Builder event, String name, String data) {
    client.emit(event.name(name).data(String.class, data).build());
  }
}
