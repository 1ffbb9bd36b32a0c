package dev.fathom.backend.java.convolve;

import dev.fathom.backend.java.arithmetic.Depthwise;
import dev.fathom.backend.java.arithmetic.Winograd;
import dev.fathom.backend.java.elementwise.ResultRows;
import dev.fathom.backend.java.elementwise.TileState;
import dev.fathom.backend.java.loops.Loops;
import dev.fathom.backend.java.memory.Elements;
import dev.fathom.backend.java.memory.JavaBuffer;
import dev.fathom.backend.java.runtime.Engine;
import dev.fathom.backend.java.runtime.JavaKernel;
import dev.fathom.backend.java.runtime.Workers;
import dev.fathom.spi.Binding;
import dev.fathom.spi.Convolve;
import dev.fathom.spi.DType;
import dev.fathom.spi.Plan;
import dev.fathom.spi.View;
import java.util.ArrayList;
import java.util.List;

/**
 * The output of a depthwise convolution, or its gradient with respect to the input, where a matrix
 * product would have one row. Channels are brought side by side, each pixel of the result is a
 * weighted sum of pixels, and results are brought into planes again. A task does a block of
 * channels of some images.
 */
final class PixelConvolve extends JavaKernel {
  private static final int BLOCK = Depthwise.BLOCK;

  private final Workers workers;
  private final Geometry geometry;
  private final Depthwise depthwise;
  private final Winograd winograd;

  /** Evaluates the epilogue, null if results are stored as they are. */
  private final ResultRows epilogue;

  private final int firstOutput;
  private final int workspace;
  private final Images result;
  private final Images weight;
  private final DType weightType;
  private final Pass[] passes;
  private final Workers.Body body = this::block;

  /**
   * Results that share their taps.
   *
   * @param pixels for each tap, where the pixel lies that the first result reads
   * @param weights for each tap, where its weight lies from a channel's first on
   */
  private record Pass(
      ConvolveAxis.Residue vertical,
      ConvolveAxis.Residue horizontal,
      int[] pixels,
      int[] weights) {}

  PixelConvolve(Convolve spec, Plan.Accepted plan, Geometry geometry, Engine engine) {
    super(spec, plan);
    this.workers = engine.workers();
    this.geometry = geometry;
    depthwise = Depthwise.of(engine.vector());
    winograd = Winograd.of(engine.vector());
    epilogue =
        spec.epilogue().isPlain()
            ? null
            : ResultPlanes.rows(spec.epilogue(), Loops.of(engine.vector()));
    firstOutput = spec.inputs().size();
    workspace = firstOutput + spec.outputs().size();
    result = Images.of(spec.epilogue().outputs().getFirst());
    weight = Images.of(spec.second());
    weightType = spec.second().dtype();
    List<Pass> all = new ArrayList<>();
    for (ConvolveAxis.Residue y : geometry.source.down().residues()) {
      for (ConvolveAxis.Residue x : geometry.source.across().residues()) {
        all.add(pass(y, x));
      }
    }
    passes = all.toArray(Pass[]::new);
  }

  private Pass pass(ConvolveAxis.Residue vertical, ConvolveAxis.Residue horizontal) {
    int[] pixels = new int[vertical.taps().size() * horizontal.taps().size()];
    int[] weights = new int[pixels.length];
    int count = 0;
    for (ConvolveAxis.Tap y : vertical.taps()) {
      for (ConvolveAxis.Tap x : horizontal.taps()) {
        pixels[count] = (y.shift() * geometry.source.pitch() + x.shift()) * BLOCK;
        weights[count++] = y.index() * weight.rowStride() + x.index() * weight.columnStride();
      }
    }
    return new Pass(vertical, horizontal, pixels, weights);
  }

  /** {@return whether it computes this} */
  static boolean takes(Convolve spec) {
    View out = spec.epilogue().outputs().getFirst();
    return spec.role() != Convolve.Role.WEIGHT
        && spec.accumulator() == DType.F32
        && spec.first().dtype() == DType.F32
        && out.dtype() == DType.F32
        && spec.groups() >= LEAST_CHANNELS
        && spec.first().size(1) == spec.groups()
        && out.size(1) == spec.groups()
        && PixelPlanes.takes(Images.of(spec.first()))
        && PixelPlanes.takes(Images.of(out));
  }

  /** Channels from which on blocks of them are filled well enough. */
  static final int LEAST_CHANNELS = BLOCK / 2;

  /** Sizes that follow from the spec. */
  static final class Geometry {
    /** Elements of the source that are brought side by side at once. */
    private static final int BAND = 1 << 15;

    /** Elements of the result that are worth a task. */
    private static final int TASK = 1 << 15;

    final PixelPlanes source;
    final int batch;
    final int channels;

    /** Blocks of channels. */
    final int blocks;

    /** Images of a task, and how many times so many there are. */
    final int images;

    final int imageTasks;

    /** Rows of positions, and those that are done at once. */
    final int positions;

    final int band;

    /** Elements of the results of a band. */
    final int bandResults;

    private final int taps;

    Geometry(Convolve spec, Engine engine) {
      boolean isInput = spec.role() == Convolve.Role.INPUT;
      Images from = Images.of(spec.first());
      Images to = Images.of(spec.epilogue().outputs().getFirst());
      source =
          PixelPlanes.of(
              from,
              PixelAxis.of(
                  isInput, ConvolveAxis.vertical(spec.windows()), from.height(), to.height()),
              PixelAxis.of(isInput, spec.windows().getLast(), from.width(), to.width()),
              Winograd.of(engine.vector()));
      batch = to.batch();
      channels = to.channels();
      blocks = Math.ceilDiv(channels, BLOCK);
      int size = to.height() * to.width();
      images = Math.clamp(TASK / Math.max(1, size * BLOCK), 1, Math.max(1, batch));
      imageTasks = Math.ceilDiv(batch, images);
      positions = source.down().positions();
      int row = source.down().step() * source.pitch() * BLOCK;
      band = bandRows(positions, row);
      int rows = Math.min(to.height(), band * source.down().resultStep());
      bandResults = Math.multiplyExact(rows * to.width(), BLOCK);
      Images w = Images.of(spec.second());
      taps = w.height() * w.width();
    }

    /** {@return how many positions are done at once, of which each reads so many elements more} */
    static int bandRows(int positions, int elements) {
      int bands =
          Math.clamp(Math.ceilDiv((long) positions * elements, BAND), 1, Math.max(1, positions));
      return Math.max(1, Math.ceilDiv(positions, bands));
    }

    int sourceElements() {
      return source.elements(source.down().read(band));
    }

    /**
     * {@return elements of scratch memory that a worker needs: source, what it needs besides,
     * results, weights, and a block of results}
     */
    int slot() {
      int rows = source.down().read(band);
      return Math.addExact(
          Math.addExact(sourceElements(), source.spare(rows)),
          Math.addExact(bandResults, (taps + BLOCK) * BLOCK));
    }
  }

  @Override
  public List<String> remarks() {
    return epilogue == null ? List.of() : epilogue.remarks();
  }

  @Override
  protected void run(Binding[] bindings, long[] scalars) {
    workers.parallel(geometry.imageTasks * geometry.blocks, body, bindings, scalars);
  }

  private void block(int task, int worker, Binding[] bindings, long[] scalars) {
    int firstImage = task / geometry.blocks * geometry.images;
    int imageEnd = Math.min(geometry.batch, firstImage + geometry.images);
    int channel = task % geometry.blocks * BLOCK;
    int channels = Math.min(BLOCK, geometry.channels - channel);
    float[] scratch = JavaBuffer.floats(bindings[workspace]);
    int slot = JavaBuffer.offset(bindings[workspace]) + worker * geometry.slot();
    int spare = slot + geometry.sourceElements();
    int results = spare + geometry.source.spare(geometry.source.down().read(geometry.band));
    int weights = results + geometry.bandResults;
    int block = slot + geometry.slot() - BLOCK * BLOCK;
    weights(bindings[1], channel, channels, scratch, weights);
    TileState state = epilogue == null ? null : epilogue.begin(bindings, 2, firstOutput, scalars);
    PixelAxis down = geometry.source.down();
    for (int image = firstImage; image < imageEnd; image++) {
      for (int first = 0; first < geometry.positions; first += geometry.band) {
        int count = Math.min(geometry.band, geometry.positions - first);
        geometry.source.fill(
            bindings[0],
            image,
            channel,
            channels,
            first * down.step(),
            down.read(count),
            scratch,
            slot,
            spare);
        weigh(first, count, scratch, slot, weights, results);
        int row = first * down.resultStep();
        int rows = Math.min(result.height() - row, count * down.resultStep());
        store(bindings, state, image, channel, channels, row, rows, scratch, results, block);
      }
    }
  }

  /** Brings the weights of a block into the order of the passes' taps, channels side by side. */
  private void weights(Binding from, int channel, int channels, float[] scratch, int to) {
    for (Pass pass : passes) {
      for (int i = 0; i < channels; i++) {
        Elements.gather(
            JavaBuffer.array(from),
            weightType,
            JavaBuffer.offset(from) + weight.plane(channel + i, 0),
            pass.weights(),
            scratch,
            to + i,
            BLOCK);
      }
      to += pass.weights().length * BLOCK;
    }
  }

  private void weigh(int first, int count, float[] scratch, int pixels, int weights, int results) {
    PixelAxis down = geometry.source.down();
    PixelAxis across = geometry.source.across();
    for (Pass pass : passes) {
      ConvolveAxis.Residue vertical = pass.vertical();
      ConvolveAxis.Residue horizontal = pass.horizontal();
      depthwise.weigh(
          Math.min(count, vertical.count() - first),
          horizontal.count(),
          scratch,
          pixels,
          down.step() * geometry.source.pitch() * BLOCK,
          across.step() * BLOCK,
          pass.pixels(),
          scratch,
          weights,
          scratch,
          results + (vertical.start() * result.width() + horizontal.start()) * BLOCK,
          down.resultStep() * result.width() * BLOCK,
          across.resultStep() * BLOCK);
      weights += pass.weights().length * BLOCK;
    }
  }

  private void store(
      Binding[] bindings,
      TileState state,
      int image,
      int channel,
      int channels,
      int row,
      int rows,
      float[] scratch,
      int results,
      int block) {
    Binding to = bindings[firstOutput];
    float[] array = JavaBuffer.floats(to);
    int stride = result.channelStride();
    int position = row * result.width();
    int count = rows * result.width();
    int out = JavaBuffer.offset(to) + result.plane(image, channel) + position;
    // A transpose writes whole blocks.
    int whole = channels == BLOCK ? count - count % BLOCK : 0;
    winograd.transpose(whole, BLOCK, scratch, results, BLOCK, array, out, stride);
    for (int at = whole; at < count; at += BLOCK) {
      int some = Math.min(BLOCK, count - at);
      winograd.transpose(some, BLOCK, scratch, results + at * BLOCK, BLOCK, scratch, block, BLOCK);
      for (int i = 0; i < channels; i++) {
        System.arraycopy(scratch, block + i * BLOCK, array, out + i * stride + at, some);
      }
    }
    for (int i = 0; epilogue != null && i < channels; i++) {
      epilogue.run(state, image, channel + i, position, count, array, out + i * stride);
    }
  }
}
