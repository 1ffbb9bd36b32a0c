package dev.fathom.service.rest;

import dev.fathom.error.FathomException;
import dev.fathom.json.SpecException;
import dev.fathom.nn.LayerException;
import dev.fathom.service.Refusal;
import dev.fathom.store.StoreException;
import dev.fathom.task.WishException;
import io.vertx.core.http.HttpClosedException;
import jakarta.ws.rs.WebApplicationException;
import java.net.SocketException;
import java.util.List;
import java.util.UUID;
import org.jboss.logging.Logger;

/** Turns exceptions into refusals. This is the one table from exceptions to statuses. */
public final class Refusals {

  /** The status of an answer that nobody reads any more. */
  static final int GONE = 499;

  private static final Logger LOG = Logger.getLogger(Refusals.class);

  /** Insufficient Storage (RFC 4918). */
  static final int NO_SPACE = 507;

  private Refusals() {}

  /** {@return the refusal for an exception} One that the service is to blame for is logged. */
  public static Refusal of(Throwable thrown) {
    return of(thrown, UUID.randomUUID().toString().substring(0, 8));
  }

  /**
   * {@return the refusal for an exception} One that the service is to blame for is logged, and has
   * the id of that entry.
   */
  static Refusal of(Throwable thrown, String id) {
    if (thrown instanceof Refusal known) {
      return known; // On purpose, also where it is of the service.
    }
    if (isOfClient(thrown)) {
      return new Refusal(GONE, "the client left");
    }
    var refusal =
        switch (thrown) {
          case SpecException e ->
              new Refusal(422, e.getMessage(), List.of(new Refusal.Field(e.pointer(), e.detail())));
          case LayerException e ->
              new Refusal(
                  422, e.getMessage(), List.of(new Refusal.Field("/model", e.getMessage())));
          case WishException e ->
              new Refusal(
                  422, e.getMessage(), List.of(new Refusal.Field("/" + e.part(), e.getMessage())));
          case StoreException e -> new Refusal(status(e.reason()), e.getMessage());
          case FathomException e -> new Refusal(422, e.getMessage());
          case WebApplicationException e -> ofStatus(e.getResponse().getStatus());
          default ->
              isOfMemory(thrown)
                  ? new Refusal(
                      503, "there is not enough memory for this now: " + thrown.getMessage())
                  : new Refusal(500, "an error of the service");
        };
    // A log of each would fill the disk that is full.
    if (refusal.status() < 500 || refusal.status() == NO_SPACE) {
      return refusal;
    }
    LOG.errorf(thrown, "A request failed with %d, %s", refusal.status(), id);
    return new Refusal(
        refusal.status(),
        "%s; the log tells more under %s".formatted(refusal.getMessage(), id),
        refusal.fields());
  }

  /** Whether the connection to the client broke, which nobody will read an answer of. */
  private static boolean isOfClient(Throwable thrown) {
    for (var cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof SocketException || cause instanceof HttpClosedException) {
        return true;
      }
    }
    return false;
  }

  private static boolean isOfMemory(Throwable thrown) {
    for (var cause = thrown; cause != null; cause = cause.getCause()) {
      if (cause instanceof OutOfMemoryError) {
        return true;
      }
    }
    return false;
  }

  /** {@return the refusal for a status, where nothing else is known} */
  static Refusal ofStatus(int status) {
    return new Refusal(
        status,
        switch (status) {
          case 400 -> "the request is malformed";
          case 404 -> "there is nothing at this path; /openapi lists what there is";
          case 405 -> "this path does not take this method; /openapi lists what there is";
          case 406 -> "this path has nothing of the types in the header Accept";
          case 413 -> "the body is longer than the service takes";
          case 414 -> "the path with its query is longer than %d".formatted(Routes.LONGEST_URI);
          case 415 -> "this path does not take a body of this Content-Type";
          default -> status < 500 ? "the request cannot be fulfilled" : "the service failed";
        });
  }

  private static int status(StoreException.Reason reason) {
    return switch (reason) {
      case NOT_FOUND -> 404;
      case BAD_NAME -> 400;
      case IN_USE, NEWER_FORMAT -> 409;
      case TOO_LARGE -> 413;
      case DAMAGED -> 500;
      case READ_ONLY -> 503;
      case NO_SPACE -> NO_SPACE;
    };
  }
}
