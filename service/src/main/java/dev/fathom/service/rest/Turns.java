package dev.fathom.service.rest;

import dev.fathom.service.ModelGate;
import io.smallrye.mutiny.Uni;
import io.vertx.ext.web.RoutingContext;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveContainerRequestContext;

/**
 * Gives a request a worker when its body is there, one that uses models when it is its turn, and
 * none to those whose client left meanwhile. A turn lasts until the work is done, also if the
 * client leaves before.
 */
@Singleton
public final class Turns {

  /** Filters are made before the settings of a run are known. */
  @Inject Provider<ModelGate> gates;

  @Inject Provider<Exchanges> exchanges;

  /** {@return nothing, when the body is there} */
  @ServerRequestFilter(nonBlocking = true, priority = 0)
  public Uni<Response> body(RoutingContext context) {
    return exchanges.get().body(context).replaceWith((Response) null);
  }

  /** {@return nothing, in its turn} */
  @ServerRequestFilter(nonBlocking = true, priority = 1)
  @UsesModels
  public Uni<Response> await(ResteasyReactiveContainerRequestContext request) {
    var gate = gates.get();
    var processing = (ResteasyReactiveRequestContext) request.getServerRequestContext();
    return Uni.createFrom()
        .emitter(
            turn ->
                gate.enter(
                    () -> {
                      processing.registerCompletionCallback(_ -> gate.leave());
                      turn.complete(null);
                    }));
  }

  /** {@return what ends a request that nobody waits for; null for all others} By its worker. */
  @ServerRequestFilter
  public Response wanted(ResteasyReactiveContainerRequestContext request) {
    return request.getServerRequestContext().serverResponse().closed()
        ? Response.status(Refusals.GONE).build()
        : null;
  }
}
