package dev.fathom.service.rest;

import dev.fathom.service.ModelGate;
import io.smallrye.mutiny.Uni;
import jakarta.inject.Inject;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import jakarta.ws.rs.core.Response;
import org.jboss.resteasy.reactive.server.ServerRequestFilter;
import org.jboss.resteasy.reactive.server.core.ResteasyReactiveRequestContext;
import org.jboss.resteasy.reactive.server.spi.ResteasyReactiveContainerRequestContext;

/**
 * Gives requests that use models a worker when it is their turn, and none to those whose client
 * left meanwhile. A turn lasts until the work is done, also if the client leaves before.
 */
@Singleton
public final class Turns {

  /** Filters are made before the settings of a run are known. */
  @Inject Provider<ModelGate> gates;

  /** {@return nothing, in its turn} */
  @ServerRequestFilter(nonBlocking = true, priority = 0)
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
