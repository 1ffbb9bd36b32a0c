package dev.fathom.service.rest;

import dev.fathom.service.Refusal;
import io.vertx.core.http.HttpHeaders;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.util.List;

/** Gives every failure a body in its API's form: those of resources and those of the server. */
@Provider
public final class Errors implements ExceptionMapper<Throwable> {

  @Context UriInfo uri;

  @Override
  public Response toResponse(Throwable thrown) {
    if (thrown instanceof WebApplicationException e && e.getResponse().getStatus() < 400) {
      return e.getResponse();
    }
    var refusal = Refusals.of(thrown);
    var form = ErrorForm.of(refusal, uri.getRequestUri().getPath());
    var response =
        thrown instanceof WebApplicationException e
            ? Response.fromResponse(e.getResponse())
            : Response.status(refusal.status());
    if (refusal.status() == 413) {
      // The rest of the body will not be read.
      response.header("Connection", "close");
    }
    return response.type(form.type()).entity(form.body()).build();
  }

  /** Handles failures of the server that no resource sees. */
  void server(@Observes Router router) {
    for (int status : List.of(400, 404, 405, 406, 413, 414, 415, 431, 500, 503)) {
      router.errorHandler(status, context -> answer(context, Refusals.ofStatus(status)));
    }
  }

  private static void answer(RoutingContext context, Refusal refusal) {
    var response = context.response();
    if (response.ended() || response.headWritten()) {
      return;
    }
    var form = ErrorForm.of(refusal, String.valueOf(context.request().path()));
    response
        .setStatusCode(refusal.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, form.type())
        .end(form.body().toString());
  }
}
