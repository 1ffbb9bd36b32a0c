package dev.fathom.graph;

import static dev.fathom.graph.Ops.apply;
import static dev.fathom.graph.Ops.broadcast;
import static dev.fathom.graph.Ops.cast;
import static dev.fathom.graph.Ops.constantLike;
import static dev.fathom.graph.Ops.elementwise;
import static dev.fathom.graph.Ops.reshape;

import dev.fathom.spi.DType;
import dev.fathom.spi.ScalarOp;
import dev.fathom.spi.Scatter.Mode;
import dev.fathom.spi.Shape;

/**
 * Access by index in the forms of NumPy, PyTorch and ONNX. Two operations are enough, {@link
 * Op.Gather} and {@link Op.Scatter}; the forms that pick single elements or blocks compute
 * positions in the flattened tensor. A backend sees rows alone.
 *
 * <p>An index is valid from 0 to size - 1. Reading at another one gives 0, writing there changes
 * nothing; none counts from the end. Where several indices name one place, their updates are added,
 * or the last one is set.
 */
public final class Indexing {
  private Indexing() {}

  /**
   * {@return {@code x [outer..., n, inner...], indices [any...] -> [outer..., any..., inner...]}}
   * As numpy.take and ONNX Gather.
   */
  public static Value gather(Value x, int axis, Value indices) {
    return apply(new Op.Gather(Ops.axis(x, axis)), x, indices);
  }

  /**
   * {@return x with {@code updates [outer..., any..., inner...]} written where {@link #gather}
   * reads}
   */
  public static Value scatter(Mode mode, Value x, int axis, Value indices, Value updates) {
    return apply(new Op.Scatter(Ops.axis(x, axis), mode), x, indices, updates);
  }

  /**
   * {@return {@code out[i, j, k] = x[i, indices[i, j, k], k]}, here along axis 1 of three} As
   * torch.gather and ONNX GatherElements.
   *
   * @param indices of x's rank; beside {@code axis} no larger than x
   */
  public static Value gatherElements(Value x, int axis, Value indices) {
    int at = Ops.axis(x, axis);
    requireElements("gather-elements", x, at, indices, indices.shape());
    Value taken = apply(new Op.Gather(0), flat(x), elements(x.shape(), at, indices));
    return reshape(taken, indices.shape());
  }

  /**
   * {@return x with {@code updates} written where {@link #gatherElements} reads}
   *
   * @param updates of the shape of {@code indices}
   */
  public static Value scatterElements(Mode mode, Value x, int axis, Value indices, Value updates) {
    int at = Ops.axis(x, axis);
    requireElements("scatter-elements", x, at, indices, updates.shape());
    Value places = elements(x.shape(), at, indices);
    return reshape(apply(new Op.Scatter(0, mode), flat(x), places, flat(updates)), x.shape());
  }

  /**
   * {@return {@code x [batch..., sizes..., inner...], indices [batch..., any..., k] -> [batch...,
   * any..., inner...]}, where k indices name one place in k sizes} As ONNX GatherND.
   *
   * @param batchAxes leading axes that both have
   */
  public static Value gatherNd(Value x, int batchAxes, Value indices) {
    Blocks blocks = Blocks.of("gather-nd", x, batchAxes, indices);
    Value taken = apply(new Op.Gather(0), reshape(x, blocks.table()), blocks.rows(indices));
    return reshape(taken, blocks.lead().concat(blocks.inner()));
  }

  /**
   * {@return x with {@code updates [any..., inner...]} written where {@link #gatherNd} with no
   * batch axes reads} As ONNX ScatterND.
   */
  public static Value scatterNd(Mode mode, Value x, Value indices, Value updates) {
    Blocks blocks = Blocks.of("scatter-nd", x, 0, indices);
    Shape expected = blocks.lead().concat(blocks.inner());
    require(updates.shape().equals(expected), "scatter-nd", "updates " + expected, updates.shape());
    Value rows = blocks.rows(indices);
    Value fresh =
        apply(
            new Op.Scatter(0, mode),
            reshape(x, blocks.table()),
            rows,
            reshape(updates, rows.shape().concat(blocks.inner())));
    return reshape(fresh, x.shape());
  }

  // ---- as rows ----

  /** {@return whether the node reads or writes whole rows by a list of indices, as the SPI does} */
  public static boolean isOfRows(Node node) {
    return switch (node.op()) {
      case Op.Gather(int axis) -> axis == 0 && isList(node.inputs().get(1).type());
      case Op.Scatter(int axis, Mode _) -> axis == 0 && isList(node.inputs().get(1).type());
      default -> false;
    };
  }

  private static boolean isList(Type indices) {
    return indices.shape().rank() == 1
        && (indices.dtype() == DType.I32 || indices.dtype() == DType.I64);
  }

  /** {@return the same, reading rows} */
  static Value asRows(Op.Gather op, Value x, Value indices) {
    Shape outer = x.shape().slice(0, op.axis());
    Shape inner = x.shape().slice(op.axis() + 1, x.shape().rank());
    Value rows = rows(outer.elements(), x.shape().size(op.axis()), indices);
    Value taken = apply(new Op.Gather(0), reshape(x, table(x, op.axis())), rows);
    return reshape(taken, outer.concat(indices.shape()).concat(inner));
  }

  /** {@return the same, writing rows} */
  static Value asRows(Op.Scatter op, Value x, Value indices, Value updates) {
    Shape outer = x.shape().slice(0, op.axis());
    Shape inner = x.shape().slice(op.axis() + 1, x.shape().rank());
    Value rows = rows(outer.elements(), x.shape().size(op.axis()), indices);
    Value fresh =
        apply(
            new Op.Scatter(0, op.mode()),
            reshape(x, table(x, op.axis())),
            rows,
            reshape(updates, rows.shape().concat(inner)));
    return reshape(fresh, x.shape());
  }

  private static Shape table(Value x, int axis) {
    return Shape.of(x.shape().slice(0, axis + 1).elements())
        .concat(x.shape().slice(axis + 1, x.shape().rank()));
  }

  /** {@return the rows of a table {@code [outer * size, ...]} that the indices name} */
  private static Value rows(long outer, long size, Value indices) {
    Value list = reshape(indices, Shape.of(1, indices.shape().elements()));
    Shape shape = Shape.of(outer, list.shape().size(1));
    Positions positions = new Positions(shape, outer * size, indices.dtype());
    positions.addOwn(0, size);
    positions.add(list, size, 1);
    return positions.flat();
  }

  /** {@return positions in the flattened elements of {@code shape}} */
  private static Value elements(Shape shape, int axis, Value indices) {
    long[] strides = shape.rowMajorStrides();
    Positions positions = new Positions(indices.shape(), shape.elements(), indices.dtype());
    for (int other = 0; other < strides.length; other++) {
      if (other != axis) {
        positions.addOwn(other, strides[other]);
      }
    }
    positions.add(indices, shape.size(axis), strides[axis]);
    return positions.flat();
  }

  private static Value flat(Value x) {
    return reshape(x, Shape.of(x.shape().elements()));
  }

  /**
   * Blocks that several indices together name.
   *
   * @param lead one block for each of these
   * @param named the axes of x that batch and indices name
   * @param inner a block
   */
  private record Blocks(int batchAxes, Shape lead, Shape named, Shape inner) {
    static Blocks of(String name, Value x, int batchAxes, Value indices) {
      Shape all = x.shape();
      Shape places = indices.shape();
      boolean valid =
          batchAxes >= 0
              && places.rank() > batchAxes
              && all.rank() > batchAxes
              && places.slice(0, batchAxes).equals(all.slice(0, batchAxes))
              && places.size(-1) >= 1
              && batchAxes + places.size(-1) <= all.rank();
      require(
          valid,
          name,
          "indices [batch..., any..., k] of 1 to " + (all.rank() - batchAxes) + " axes of " + all,
          places);
      int named = batchAxes + (int) places.size(-1);
      return new Blocks(
          batchAxes,
          places.slice(0, places.rank() - 1),
          all.slice(0, named),
          all.slice(named, all.rank()));
    }

    Shape table() {
      return Shape.of(named.elements()).concat(inner);
    }

    Value rows(Value indices) {
      long[] strides = named.rowMajorStrides();
      Positions positions = new Positions(lead, named.elements(), indices.dtype());
      for (int axis = 0; axis < batchAxes; axis++) {
        positions.addOwn(axis, strides[axis]);
      }
      for (int axis = batchAxes; axis < named.rank(); axis++) {
        Value one = Ops.slice(indices, -1, axis - batchAxes, axis - batchAxes + 1);
        positions.add(reshape(one, lead), named.size(axis), strides[axis]);
      }
      return positions.flat();
    }
  }

  /** Adds up positions; where an index is not valid the position is -1, which no table has. */
  private static final class Positions {
    private final Shape shape;
    private final long places;
    private final DType dtype;
    private Value sum;
    private Value valid;
    private boolean checked;

    /**
     * @param places how many the table has, which decides between i32 and i64
     * @param indices their type
     */
    Positions(Shape shape, long places, DType indices) {
      this.shape = shape;
      this.places = places;
      dtype = indices == DType.I64 || places > Integer.MAX_VALUE ? DType.I64 : DType.I32;
    }

    /** Adds the coordinate along {@code axis} of the result itself. */
    void addOwn(int axis, long stride) {
      if (shape.size(axis) > 1) {
        put(apply(new Op.Iota(axis, new Type(dtype, shape))), stride);
      }
    }

    /** Adds indices along an axis of {@code size}. */
    void add(Value indices, long size, long stride) {
      Value along = broadcast(cast(indices, dtype), shape);
      Value inside =
          elementwise(
              ScalarOp.AND,
              elementwise(ScalarOp.LESS_EQUAL, constantLike(0, along), along),
              elementwise(ScalarOp.LESS, along, constantLike(size, along)));
      valid = valid == null ? inside : elementwise(ScalarOp.AND, valid, inside);
      // An index of all places is checked where rows are moved.
      checked |= size != places;
      put(along, stride);
    }

    private void put(Value part, long stride) {
      checked |= sum != null || stride != 1;
      Value scaled = Ops.scale(part, stride);
      sum = sum == null ? scaled : Ops.add(sum, scaled);
    }

    /** {@return the positions in one list} */
    Value flat() {
      return Indexing.flat(checked ? Ops.select(valid, sum, constantLike(-1, sum)) : sum);
    }
  }

  private static void requireElements(String name, Value x, int axis, Value indices, Shape other) {
    boolean valid = indices.shape().rank() == x.shape().rank() && other.equals(indices.shape());
    for (int i = 0; valid && i < x.shape().rank(); i++) {
      valid = i == axis || indices.shape().size(i) <= x.shape().size(i);
    }
    require(
        valid,
        name,
        "indices, and updates of their shape, that beside axis " + axis + " fit into " + x.shape(),
        indices.shape() + (other.equals(indices.shape()) ? "" : " and " + other));
  }

  private static void require(boolean holds, String name, String expected, Object actual) {
    if (!holds) {
      throw new IllegalArgumentException(
          "[" + name + "] expected " + expected + " but got " + actual);
    }
  }
}
