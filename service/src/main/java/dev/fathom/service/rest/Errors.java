package dev.fathom.service.rest;

import dev.fathom.service.Refusal;
import dev.fathom.service.ServerPaths;
import io.quarkus.micrometer.runtime.binder.vertx.HttpRequestMetric;
import io.quarkus.vertx.http.runtime.CurrentVertxRequest;
import io.vertx.core.VertxException;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.ws.rs.WebApplicationException;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.ext.ExceptionMapper;
import jakarta.ws.rs.ext.Provider;
import java.util.List;
import java.util.Optional;

/** Gives every failure a body in its API's form: those of resources and those of the server. */
@Provider
public final class Errors implements ExceptionMapper<Throwable> {

  /** The label of metrics for paths where nothing is. */
  private static final String NOWHERE = "NOT_FOUND";

  private static final String RETRY_AFTER = "Retry-After";
  private static final String SOON_SECONDS = "1";

  @Inject CurrentVertxRequest current;
  @Inject Endpoints endpoints;
  @Inject ServerPaths paths;

  @Override
  public Response toResponse(Throwable thrown) {
    if (thrown instanceof WebApplicationException e && e.getResponse().getStatus() < 400) {
      return e.getResponse();
    }
    var context = current.getCurrent();
    if (context.response().ended() || Exchange.isGone(context)) {
      return Response.status(Refusals.GONE).build(); // Nobody is there to read it.
    }
    var refusal = refusal(thrown, context);
    var form = ErrorForm.of(refusal, context.request().path());
    var response =
        thrown instanceof WebApplicationException e
            ? Response.fromResponse(e.getResponse())
            : Response.status(refusal.status());
    if (isForNow(refusal.status())) {
      response.header(RETRY_AFTER, SOON_SECONDS);
    }
    boolean unread = refusal.status() == 413 || refusal.status() == Refusals.NO_SPACE;
    if (unread && context.request().version() != HttpVersion.HTTP_2) {
      // The rest of the body will not be read. HTTP/2 ends the stream, and has no such header.
      response.header("Connection", "close");
    }
    return response.type(form.type()).entity(form.body()).build();
  }

  /** Handles failures of the server that no resource sees. */
  void server(@Observes Router router) {
    for (int status : List.of(400, 404, 405, 406, 413, 414, 415, 431, 500, 503)) {
      router.errorHandler(status, context -> answer(context, status));
    }
    router.route().order(Integer.MIN_VALUE).failureHandler(Errors::malformed);
  }

  /** Of a request that has no route, since it lacks a host, Quarkus would tell in its own form. */
  private static void malformed(RoutingContext context) {
    if (context.statusCode() == 400 && context.failure() instanceof VertxException e) {
      write(context, new Refusal(400, e.getMessage()));
    } else {
      context.next();
    }
  }

  /** Answers a request that no resource will see, or to which none has answered yet. */
  void refuse(RoutingContext context, Refusal refusal) {
    var endpoint = endpoints.at(context.normalizedPath());
    label(context, endpoint.map(Endpoints.Endpoint::template).orElse(NOWHERE));
    write(context, refusal);
  }

  /** Answers a request that nothing else will. */
  void answer(RoutingContext context, int status) {
    write(
        context,
        status >= 500 && context.failure() != null
            ? refusal(context.failure(), context)
            : ofServer(status, context));
  }

  /** {@return whether the same request may soon be answered} */
  private static boolean isForNow(int status) {
    return status == 429 || status == 503;
  }

  private static void write(RoutingContext context, Refusal refusal) {
    var response = context.response();
    if (response.ended() || response.headWritten()) {
      return;
    }
    var form = ErrorForm.of(refusal, String.valueOf(context.request().path()));
    if (isForNow(refusal.status())) {
      response.putHeader(RETRY_AFTER, SOON_SECONDS);
    }
    response
        .setStatusCode(refusal.status())
        .putHeader(HttpHeaders.CONTENT_TYPE, form.type())
        .end(form.body().toString());
  }

  private Refusal refusal(Throwable thrown, RoutingContext context) {
    if (thrown instanceof WebApplicationException e && e.getResponse().getStatus() < 500) {
      return ofServer(e.getResponse().getStatus(), context);
    }
    return paths.hide(Refusals.of(thrown, context.response().headers().get(Routes.REQUEST_ID)));
  }

  /** {@return the refusal of a request that no resource took, which says what one would take} */
  private Refusal ofServer(int status, RoutingContext context) {
    var request = context.request();
    var endpoint = endpoints.at(context.normalizedPath());
    label(context, endpoint.map(Endpoints.Endpoint::template).orElse(NOWHERE));
    if (endpoint.isEmpty()) {
      return Refusals.ofStatus(status);
    }
    var allow = endpoint.get().allow();
    if (status == 405) {
      context.response().putHeader(HttpHeaders.ALLOW, allow);
      return new Refusal(
          405, "expected one of %s at this path but got %s".formatted(allow, request.method()));
    }
    var operation = endpoint.get().operations().get(request.method().name());
    if (operation == null || operation.gives().isEmpty() && status == 406) {
      return Refusals.ofStatus(status);
    }
    return switch (status) {
      case 406 ->
          new Refusal(
              406,
              "this path gives %s but the header Accept asks for '%s'"
                  .formatted(or(operation.gives()), request.getHeader(HttpHeaders.ACCEPT)));
      case 415 ->
          new Refusal(
              415,
              "expected a body of Content-Type %s but got '%s'"
                  .formatted(or(operation.takes()), request.getHeader(HttpHeaders.CONTENT_TYPE)));
      default -> Refusals.ofStatus(status);
    };
  }

  private static String or(List<String> types) {
    return String.join(" or ", types);
  }

  /**
   * Labels the metrics of a request by a template, so that clients cannot make ever more labels.
   */
  static void label(RoutingContext context, String template) {
    Optional.ofNullable(HttpRequestMetric.getRequestMetric(context))
        .ifPresent(metric -> metric.setTemplatePath(template));
  }
}
