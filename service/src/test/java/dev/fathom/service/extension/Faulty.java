package dev.fathom.service.extension;

import dev.fathom.nn.Context;
import dev.fathom.nn.Layer;
import dev.fathom.spi.Shape;
import dev.fathom.tensor.Tensor;
import java.util.concurrent.locks.LockSupport;

/**
 * Passes its input on, but on the thread that trains, where it fails in one of the ways in which
 * code fails that is not ours.
 */
record Faulty(String fault) implements Layer {

  @Override
  public Shape output(Shape input) {
    return input;
  }

  @Override
  public Tensor apply(Context context, Tensor x) {
    if (Thread.currentThread().getName().equals("fathom-training")) {
      fail();
    }
    return x;
  }

  private void fail() {
    switch (fault) {
      case "memory" -> throw new OutOfMemoryError("of a test");
      case "stack" -> throw deeper(0);
      case "class" -> throw new NoClassDefFoundError("some/Kernel");
      case "interrupt" -> Thread.currentThread().interrupt();
      case "throwable" -> Faulty.<RuntimeException>sneak(new Throwable("neither"));
      default -> throw new IllegalStateException(fault);
    }
    LockSupport.parkNanos(1);
  }

  private static RuntimeException deeper(int depth) {
    throw depth < 0 ? new IllegalStateException() : deeper(Math.abs(depth + 1));
  }

  @SuppressWarnings("unchecked")
  private static <T extends Throwable> void sneak(Throwable e) throws T {
    throw (T) e;
  }
}
