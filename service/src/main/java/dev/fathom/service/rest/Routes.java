package dev.fathom.service.rest;

import io.quarkus.vertx.http.runtime.RouteConstants;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpMethod;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.regex.Pattern;

/** What the server does with every request, before a resource sees it. */
final class Routes {

  /** Who sends it finds the request in the log; every answer has it. */
  static final String REQUEST_ID = "X-Request-ID";

  /** The server itself, which would answer with nothing, takes longer ones. */
  static final int LONGEST_URI = 8192;

  private static final Pattern SANE_ID = Pattern.compile("[\\w.:/+=@-]{1,128}");

  /** Quarkus' pages, which the OpenAPI document does not tell. */
  private static final List<String> PAGES =
      List.of(
          "/health", "/health/live", "/health/ready", "/health/started", "/metrics", "/openapi");

  /** Where Quarkus would answer any path. */
  private static final List<String> NOTHING_ELSE = List.of("/health/*", "/metrics/*");

  @Inject Endpoints endpoints;

  /** Quarkus would end what fails here without a body. */
  @Inject Errors errors;

  void register(@Observes Router router) {
    int first = RouteConstants.ROUTE_ORDER_BODY_HANDLER - 1;
    router.route().order(first).handler(this::identify);
    int order = RouteConstants.ROUTE_ORDER_COMPRESSION - 1; // Behind CORS, before all pages.
    router.route().order(order).method(HttpMethod.OPTIONS).handler(this::options);
    for (var page : PAGES) {
      router.route(page).order(order).handler(this::onlyGet);
      // Where Quarkus has them, unless told otherwise.
      router.route("/q" + page).order(order).handler(context -> context.reroute(page));
    }
    for (var under : NOTHING_ELSE) {
      router.route(under).order(order).handler(this::onlyPages);
    }
  }

  private void identify(RoutingContext context) {
    var id = context.request().getHeader(REQUEST_ID);
    if (id == null || !SANE_ID.matcher(id).matches()) {
      id = Long.toHexString(ThreadLocalRandom.current().nextLong() | Long.MIN_VALUE);
    }
    context.response().putHeader(REQUEST_ID, id);
    if (context.request().uri().length() > LONGEST_URI) {
      errors.answer(context, 414);
      return;
    }
    context.next();
  }

  private void options(RoutingContext context) {
    var endpoint = endpoints.at(context.normalizedPath());
    if (endpoint.isEmpty()) {
      context.next();
      return;
    }
    Errors.label(context, endpoint.get().template());
    answerOptions(context, endpoint.get().allow());
  }

  private static void answerOptions(RoutingContext context, String allow) {
    context.response().setStatusCode(204).putHeader(HttpHeaders.ALLOW, allow).end();
  }

  private void onlyGet(RoutingContext context) {
    var method = context.request().method();
    var allow = "GET, HEAD, OPTIONS";
    if (method == HttpMethod.GET || method == HttpMethod.HEAD) {
      context.next();
    } else if (method == HttpMethod.OPTIONS) {
      answerOptions(context, allow);
    } else {
      context.response().putHeader(HttpHeaders.ALLOW, allow);
      errors.answer(context, 405);
    }
  }

  private void onlyPages(RoutingContext context) {
    if (PAGES.contains(context.normalizedPath())) {
      context.next();
    } else {
      errors.answer(context, 404);
    }
  }
}
