package dev.fathom.backend.java.loops;

import java.lang.reflect.Proxy;
import java.util.function.Function;

/** The loops with vectors, with other loops of whole expressions. */
public final class TestLoops {
  /** Tiles and nothing else. */
  public static final Loops TILES = with(_ -> null, _ -> null);

  /** Every expression that can be a loop is one that is made at run time. */
  public static final Loops EMITTED = with(LoopEmitter::emit, _ -> null);

  /** No generated loops, so that every loop must get hot. */
  public static final Loops HOT = with(_ -> null, HotLoop::of);

  private TestLoops() {}

  private static Loops with(Function<String, TileLoop> loop, Function<String, HotLoop> hotLoop) {
    Loops vectors = Loops.of(true);
    return (Loops)
        Proxy.newProxyInstance(
            Loops.class.getClassLoader(),
            new Class<?>[] {Loops.class},
            (_, method, arguments) ->
                switch (method.getName()) {
                  case "loop" -> loop.apply((String) arguments[0]);
                  case "hotLoop" -> hotLoop.apply((String) arguments[0]);
                  default -> method.invoke(vectors, arguments);
                });
  }
}
