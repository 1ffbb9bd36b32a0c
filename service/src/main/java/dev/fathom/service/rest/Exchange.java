package dev.fathom.service.rest;

import dev.fathom.service.Refusal;
import io.netty.channel.Channel;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.UniEmitter;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpHeaders;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.net.impl.ConnectionBase;
import io.vertx.ext.web.RoutingContext;
import io.vertx.ext.web.impl.RoutingContextInternal;
import java.util.concurrent.atomic.AtomicBoolean;

/** One request and its answer on their way. For its event loop, but {@link #end}. */
final class Exchange {

  private static final String KEY = Exchange.class.getName();

  /** Most clients read an answer only once all is sent: so much of what is too long is read. */
  private static final int DRAINED = 16;

  /** How long a client that left counts as one that is there. */
  private static final long GONE_MILLIS = 500;

  /** What a client that was refused has time for to read the answer. */
  private static final long LINGER_MILLIS = 1000;

  private final RoutingContext context;
  private final Exchanges all;
  private final String address;
  private final Buffer body = Buffer.buffer();
  private final AtomicBoolean ended = new AtomicBoolean();
  private UniEmitter<? super Void> collecting;
  private long timer = -1;
  private long ticks;
  private long received;
  private long sent;

  Exchange(RoutingContext context, Exchanges all, String address) {
    this.context = context;
    this.all = all;
    this.address = address;
  }

  /** {@return the exchange of a request; null if nobody limits it} */
  static Exchange of(RoutingContext context) {
    return context.get(KEY);
  }

  /**
   * {@return whether the address may have one more request; of one that may not nothing is held}
   */
  boolean begin() {
    boolean may = all.enter(address);
    if (may) {
      context.put(KEY, this).addEndHandler(_ -> channel().eventLoop().execute(this::written));
    }
    return may;
  }

  /** All is written, by the tasks before this one, and maybe not read. */
  private void written() {
    if (isHttp2() || !isUnread()) {
      end();
    }
  }

  /** {@return whether much of the answer is left here; of HTTP/2 it is as long as it is written} */
  private boolean isUnread() {
    var response = context.response();
    if (isHttp2()) {
      return !response.ended() && response.writeQueueFull();
    }
    return !isGone(context) && !channel().isWritable();
  }

  /**
   * {@return whether the client of a request left} Of an answer that was ended before, only the
   * channel says so; of others the response learns it a little later.
   */
  static boolean isGone(RoutingContext context) {
    return context.response().closed() || !channel(context).isActive();
  }

  /** {@return whether all is done} Whoever writes a stream takes the handler of its end. */
  private boolean isOver() {
    return isGone(context) || context.response().ended() && !isUnread();
  }

  private boolean isHttp2() {
    return context.request().version() == HttpVersion.HTTP_2;
  }

  private Channel channel() {
    return channel(context);
  }

  private static Channel channel(RoutingContext context) {
    return ((ConnectionBase) context.request().connection()).channel();
  }

  /** {@return how much of the answer is no longer here} */
  private long sent() {
    var left = channel().unsafe().outboundBuffer();
    return left == null
        ? Long.MAX_VALUE
        : context.response().bytesWritten()
            - left.totalPendingWriteBytes()
            + left.currentProgress();
  }

  /** Gives back what it holds. */
  private void end() {
    if (ended.compareAndSet(false, true)) {
      context.vertx().cancelTimer(timer);
      all.leave(address);
      all.free(body.length());
    }
  }

  /**
   * Ends it if the client is too slow.
   *
   * @param sends whether the client has to send its body at the least rate
   */
  void watch(boolean sends) {
    long patience = all.limits().patience().toMillis();
    long least = all.limits().uploadRate().asLongValue() * patience / 1000;
    long ticksOfPatience = Math.max(1, Math.ceilDiv(patience, GONE_MILLIS));
    timer =
        context
            .vertx()
            .setPeriodic(
                Math.max(1, patience / ticksOfPatience),
                _ -> {
                  if (isOver()) {
                    end(); // Who leaves in the middle must not take the room of the next ones.
                  } else if (++ticks % ticksOfPatience == 0) {
                    look(sends, least);
                  }
                });
  }

  private void look(boolean sends, long least) {
    var request = context.request();
    var response = context.response();
    boolean slow = sends && !request.isEnded() && request.bytesRead() - received < least;
    boolean unread = isUnread() && sent() - sent < least;
    received = request.bytesRead();
    sent = sent();
    if (unread || slow && response.headWritten()) {
      breakOff();
    } else if (slow) {
      refuse(
          new Refusal(
              408,
              "expected %d bytes of the body, or its end, in %d s but got fewer"
                  .formatted(least, all.limits().patience().toSeconds())));
    }
  }

  /**
   * {@return the end of reading the body to memory, or a {@link Refusal}}
   *
   * @param most bytes that it may have
   */
  Uni<Void> collect(long most) {
    return Uni.createFrom()
        .emitter(
            end -> {
              collecting = end;
              var request = context.request();
              if ("100-continue".equalsIgnoreCase(request.getHeader(HttpHeaders.EXPECT))) {
                context.response().writeContinue();
              }
              request
                  .exceptionHandler(_ -> left())
                  .endHandler(_ -> collected(most))
                  .handler(part -> take(part, most))
                  .resume();
            });
  }

  private void take(Buffer part, long most) {
    if (ended.get() || collecting == null) {
      return;
    }
    if (context.request().bytesRead() > DRAINED * most) {
      refuse(tooLong(most));
    } else if (context.request().bytesRead() <= most) {
      body.appendBuffer(part);
      if (!all.hold(part.length())) {
        refuse(new Refusal(503, "bodies of requests take all the memory that there is for them"));
      }
    }
  }

  private void left() {
    if (collecting != null) {
      collecting.fail(new Refusal(Refusals.GONE, "the client left"));
      collecting = null;
    }
  }

  private void collected(long most) {
    if (collecting == null) {
      return;
    }
    if (context.request().bytesRead() > most) {
      collecting.fail(tooLong(most));
    } else {
      ((RoutingContextInternal) context).setBody(body);
      collecting.complete(null);
    }
    collecting = null;
  }

  private static Refusal tooLong(long most) {
    return new Refusal(413, "expected a body of at most %d bytes".formatted(most));
  }

  /** Answers, and reads nothing more. */
  void refuse(Refusal refusal) {
    var request = context.request();
    if (Exchanges.isGrpc(context)) {
      breakOff();
      return;
    }
    if (!request.isEnded()) {
      if (!isHttp2()) {
        context.response().putHeader(HttpHeaders.CONNECTION, HttpHeaders.CLOSE);
      }
      context.vertx().setTimer(LINGER_MILLIS, _ -> breakOff());
    }
    if (collecting == null) {
      all.errors().refuse(context, refusal);
    } else {
      collecting.fail(refusal);
      collecting = null;
    }
  }

  /** Ends the request and its answer where they are; of HTTP/2 not the others of the connection. */
  private void breakOff() {
    if (isHttp2()) {
      context.response().reset();
    } else {
      // Not by Vert.x, which would wait until all is read that was written.
      channel().close();
    }
  }
}
