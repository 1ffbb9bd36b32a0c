package dev.fathom.backend.java.convolve;

import dev.fathom.backend.java.arithmetic.Arithmetic;
import dev.fathom.backend.java.arithmetic.Winograd;
import dev.fathom.backend.java.elementwise.ResultRows;
import dev.fathom.backend.java.elementwise.TileState;
import dev.fathom.backend.java.loops.Loops;
import dev.fathom.backend.java.memory.Elements;
import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.backend.java.runtime.Engine;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Convolve;
import dev.fathom.spi.DType;
import dev.fathom.spi.Epilogue;
import dev.fathom.spi.View;
import java.util.List;
import java.util.stream.IntStream;

/** Stores the results of a convolution, through its epilogue if it has one. */
final class ResultPlanes {
  private final Arithmetic arithmetic;

  /** Evaluates the epilogue, null if results are stored as they are. */
  private final ResultRows epilogue;

  private final int firstOutput;
  private final DType type;
  private final Images result;

  ResultPlanes(Convolve spec, Engine engine, Arithmetic arithmetic) {
    this.arithmetic = arithmetic;
    View out = spec.epilogue().outputs().getFirst();
    epilogue = spec.epilogue().isPlain() ? null : rows(spec.epilogue(), Loops.of(engine.vector()));
    firstOutput = spec.inputs().size();
    type = out.dtype();
    result = Images.of(out);
  }

  /** {@return what evaluates an epilogue: for an image, a channel, and its elements} */
  static ResultRows rows(Epilogue epilogue, Loops loops) {
    int[] spatial = IntStream.range(2, epilogue.shape().rank()).toArray();
    return ResultRows.of(epilogue, loops, new int[] {0}, new int[] {1}, spatial);
  }

  /** {@return as {@link dev.fathom.spi.Kernel#remarks}} */
  List<String> remarks() {
    return epilogue == null ? List.of() : epilogue.remarks();
  }

  /** {@return what {@link #store} needs of a thread, null if there is no epilogue} */
  TileState begin(Binding[] bindings, long[] scalars) {
    return epilogue == null ? null : epilogue.begin(bindings, 2, firstOutput, scalars);
  }

  /**
   * {@return whether rows of results lie one behind the other, in the type they are computed in}
   */
  boolean isCompact(
      Binding[] bindings,
      Object scratch,
      ConvolveAxis.Residue vertical,
      ConvolveAxis.Residue horizontal) {
    return JavaBuffer.array(bindings[firstOutput]).getClass() == scratch.getClass()
        && vertical.step() == 1
        && horizontal.step() == 1
        && (result.columnStride() == 1 || result.width() == 1)
        && (result.rowStride() == result.width() || result.height() == 1);
  }

  /** {@return whether {@link #storePixels} can store so many channels, if rows are compact} */
  boolean takesPixels(int channels) {
    return channels % Winograd.BLOCK == 0 && result.width() >= Winograd.BLOCK * 3 / 4;
  }

  /**
   * Stores rows {@code y ..} of results that have their channels side by side.
   *
   * @param data where the first pixel begins in scratch; the next {@code block} behind it
   * @param pitch pixels from a row to the next
   * @param spare where a row of all channels has room
   */
  void storePixels(
      Binding[] bindings,
      TileState state,
      Winograd winograd,
      int image,
      int firstChannel,
      int channels,
      int y,
      int count,
      float[] scratch,
      int data,
      int block,
      int pitch,
      int spare) {
    Binding to = bindings[firstOutput];
    float[] array = (float[]) JavaBuffer.array(to);
    int width = result.width();
    int out = JavaBuffer.offset(to) + result.plane(image, firstChannel) + y * width;
    int plane = result.plane(0, 1) - result.plane(0, 0);
    // Junk behind a row is overwritten by the next; behind the last there is another's memory.
    int last = count - 1;
    for (int row = 0; row < last; row++) {
      int from = data + row * pitch * block;
      winograd.transpose(width, channels, scratch, from, block, array, out + row * width, plane);
    }
    int room = Math.ceilDiv(width, Winograd.BLOCK) * Winograd.BLOCK;
    int from = data + last * pitch * block;
    winograd.transpose(width, channels, scratch, from, block, scratch, spare, room);
    for (int i = 0; i < channels; i++) {
      System.arraycopy(scratch, spare + i * room, array, out + i * plane + last * width, width);
    }
    for (int i = 0; epilogue != null && i < channels; i++) {
      int at = out + i * plane;
      epilogue.run(state, image, firstChannel + i, y * width, count * width, array, at);
    }
  }

  /**
   * Stores rows {@code y ..} of the results of two residues.
   *
   * @param compact what {@link #isCompact} says of them
   * @param data where the first row begins in scratch; the next {@code pitch} behind it
   * @param writable how many elements from the first row's on may be written, if compact
   */
  void store(
      Binding[] bindings,
      TileState state,
      boolean compact,
      int image,
      int channel,
      ConvolveAxis.Residue vertical,
      ConvolveAxis.Residue horizontal,
      int y,
      int count,
      Object scratch,
      int data,
      int pitch,
      int writable) {
    Binding to = bindings[firstOutput];
    Object array = JavaBuffer.array(to);
    int width = result.width();
    int out =
        JavaBuffer.offset(to)
            + result.plane(image, channel)
            + (vertical.start() + y * vertical.step()) * result.rowStride()
            + horizontal.start() * result.columnStride();
    if (compact) {
      arithmetic.copyRows(scratch, data, pitch, count, width, array, out, width, out + writable);
      if (epilogue != null) {
        epilogue.run(state, image, channel, y * width, count * width, array, out);
      }
      return;
    }
    for (int i = 0; i < count; i++) {
      int at = data + i * pitch;
      if (epilogue != null) {
        epilogue.run(state, image, channel, (y + i) * width, width, scratch, at);
      } else {
        Elements.store(
            scratch,
            at,
            horizontal.count(),
            array,
            type,
            out + i * vertical.step() * result.rowStride(),
            horizontal.step() * result.columnStride());
      }
    }
  }
}
