package dev.fathom.service.inference;

import io.grpc.Status;
import io.quarkus.vertx.http.runtime.filters.Filters;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;

/**
 * Refuses messages of gRPC that are compressed: the server would inflate them to any length before
 * anybody could count.
 */
final class GrpcCompression {

  private static final int FIRST = 100;

  void register(@Observes Filters filters) {
    filters.register(GrpcCompression::check, FIRST);
  }

  private static void check(RoutingContext context) {
    var type = context.request().getHeader("content-type");
    var encoding = context.request().getHeader("grpc-encoding");
    boolean compressed = encoding != null && !encoding.equals("identity");
    if (type == null || !type.startsWith("application/grpc") || !compressed) {
      context.next();
      return;
    }
    // "Trailers-Only" of gRPC over HTTP/2.
    context
        .response()
        .putHeader("content-type", type)
        .putHeader("grpc-accept-encoding", "identity")
        .putHeader("grpc-status", Integer.toString(Status.Code.UNIMPLEMENTED.value()))
        .putHeader("grpc-message", "expected messages without compression but got " + encoding)
        .end();
  }
}
