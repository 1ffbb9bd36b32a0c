package dev.fathom.service.jobs;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Locale;
import org.eclipse.microprofile.openapi.annotations.media.Schema;

/** The states of a job. */
@Schema(name = "TrainingState")
public enum State {
  /** It waits for those before it. */
  @JsonProperty("queued")
  QUEUED(false),
  @JsonProperty("running")
  RUNNING(false),
  /** Its model is published. */
  @JsonProperty("succeeded")
  SUCCEEDED(true),
  @JsonProperty("failed")
  FAILED(true),
  /** Somebody ended it; it can be resumed. */
  @JsonProperty("cancelled")
  CANCELLED(true),
  /** The service ended before it did; it can be resumed. */
  @JsonProperty("interrupted")
  INTERRUPTED(true);

  private final boolean ended;

  State(boolean ended) {
    this.ended = ended;
  }

  /** {@return whether the job has ended; it changes no more unless somebody resumes it} */
  public boolean ended() {
    return ended;
  }

  /** {@return the name in JSON, also that of the event that tells of it} */
  public String label() {
    return name().toLowerCase(Locale.ROOT);
  }
}
