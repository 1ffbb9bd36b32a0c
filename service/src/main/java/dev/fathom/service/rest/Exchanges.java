package dev.fathom.service.rest;

import dev.fathom.service.FathomConfig;
import dev.fathom.service.Refusal;
import io.quarkus.vertx.http.runtime.RouteConstants;
import io.smallrye.mutiny.Uni;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.HttpVersion;
import io.vertx.ext.web.Router;
import io.vertx.ext.web.RoutingContext;
import jakarta.enterprise.event.Observes;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Pattern;

/**
 * What clients may hold while requests and answers travel: so many requests at a time for each
 * address, so much memory for bodies together, and no thread. The event loop reads a body; a worker
 * gets the request once all of it is there. What is too large for memory is read by who stores it,
 * in a virtual thread. Safe for several threads.
 */
@Singleton
final class Exchanges {

  /** Answered at once, whoever asks: for those who decide whether the service lives. */
  private static final Set<String> HEALTH =
      Set.of(
          "/health",
          "/health/live",
          "/health/ready",
          "/health/started",
          "/v2/health/live",
          "/v2/health/ready");

  /** Files of datasets, which go to the disk while they come. */
  private static final Pattern STREAMED = Pattern.compile("/api/v1/datasets/[^/]+/files/[^/]+/?");

  /** A conversation in which a client may be silent for long. */
  private static final String REFLECTION = "/grpc.reflection.";

  private static final Set<HttpMethod> WITHOUT_BODY =
      Set.of(HttpMethod.GET, HttpMethod.HEAD, HttpMethod.OPTIONS);

  /** A part of the heap; the rest is for what requests become. */
  private static final long MOST_HELD = Runtime.getRuntime().maxMemory() / 4;

  @Inject FathomConfig config;
  @Inject Errors errors;

  private final Map<String, Integer> byAddress = new ConcurrentHashMap<>();
  private final AtomicLong held = new AtomicLong();

  void register(@Observes Router router) {
    router.route().order(RouteConstants.ROUTE_ORDER_BODY_HANDLER).handler(this::admit);
  }

  private void admit(RoutingContext context) {
    var path = context.normalizedPath();
    if (HEALTH.contains(path.startsWith("/q/") ? path.substring(2) : path)) {
      context.next();
      return;
    }
    var request = context.request();
    var exchange = new Exchange(context, this, String.valueOf(request.remoteAddress().host()));
    if (!exchange.begin()) {
      exchange.refuse(
          new Refusal(
              429,
              "expected at most %d requests of one address at a time"
                  .formatted(config.limits().requests())));
    } else {
      exchange.watch(
          !WITHOUT_BODY.contains(request.method())
              && !(isGrpc(context) && path.startsWith(REFLECTION)));
      context.next();
    }
  }

  /** {@return the end of reading the body of a request that a resource takes} */
  Uni<Void> body(RoutingContext context) {
    var request = context.request();
    boolean streams =
        request.method() == HttpMethod.PUT && STREAMED.matcher(context.normalizedPath()).matches();
    var exchange = Exchange.of(context);
    return streams || exchange == null || WITHOUT_BODY.contains(request.method())
        ? Uni.createFrom().voidItem()
        : exchange.collect(config.limits().body().asLongValue());
  }

  static boolean isGrpc(RoutingContext context) {
    var type = context.request().getHeader("Content-Type");
    return context.request().version() == HttpVersion.HTTP_2
        && type != null
        && type.startsWith("application/grpc");
  }

  FathomConfig.Limits limits() {
    return config.limits();
  }

  Errors errors() {
    return errors;
  }

  /** {@return whether an address may have one more request} */
  boolean enter(String address) {
    boolean may = byAddress.merge(address, 1, Integer::sum) <= config.limits().requests();
    if (!may) {
      leave(address);
    }
    return may;
  }

  void leave(String address) {
    byAddress.computeIfPresent(address, (_, count) -> count == 1 ? null : count - 1);
  }

  /** {@return whether there is memory for more of a body} */
  boolean hold(long bytes) {
    return held.addAndGet(bytes) <= MOST_HELD;
  }

  void free(long bytes) {
    held.addAndGet(-bytes);
  }
}
