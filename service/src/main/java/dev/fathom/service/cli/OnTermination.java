package dev.fathom.service.cli;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Lets work end in good order when the process is told to end (Ctrl-C) while this is open. */
final class OnTermination implements AutoCloseable {

  private static final int MOST_SECONDS = 20;

  private final CountDownLatch closed = new CountDownLatch(1);
  private final Thread hook;

  /**
   * @param end makes the work end soon
   */
  OnTermination(Runnable end) {
    hook =
        new Thread(
            () -> {
              end.run();
              await();
            });
    Runtime.getRuntime().addShutdownHook(hook);
  }

  private void await() {
    try {
      closed.await(MOST_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      // The process ends anyway.
    }
  }

  @Override
  public void close() {
    closed.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process is ending: the hook already runs.
    }
  }
}
