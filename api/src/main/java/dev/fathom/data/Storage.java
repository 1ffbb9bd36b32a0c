package dev.fathom.data;

import dev.fathom.spi.DType;

/**
 * The values of a column, converted when read: one compact primitive array, or a file that they
 * stay in.
 */
sealed interface Storage
    permits Storage.Unsigned8,
        Storage.Signed8,
        Storage.Ints,
        Storage.Floats,
        Storage.Doubles,
        InFile {
  DType dtype();

  int length();

  void copy(int from, int count, float[] target, int offset);

  void copy(int from, int count, double[] target, int offset);

  /** Only for integer types. */
  void copy(int from, int count, int[] target, int offset);

  /** {@return the first position whose value is NaN or infinite, or -1} */
  default int firstNonFinite() {
    return -1;
  }

  record Unsigned8(byte[] values) implements Storage {
    @Override
    public DType dtype() {
      return DType.U8;
    }

    @Override
    public int length() {
      return values.length;
    }

    @Override
    public void copy(int from, int count, float[] target, int offset) {
      for (int i = 0; i < count; i++) {
        target[offset + i] = values[from + i] & 0xff;
      }
    }

    @Override
    public void copy(int from, int count, double[] target, int offset) {
      for (int i = 0; i < count; i++) {
        target[offset + i] = values[from + i] & 0xff;
      }
    }

    @Override
    public void copy(int from, int count, int[] target, int offset) {
      for (int i = 0; i < count; i++) {
        target[offset + i] = values[from + i] & 0xff;
      }
    }
  }

  record Signed8(byte[] values) implements Storage {
    @Override
    public DType dtype() {
      return DType.I8;
    }

    @Override
    public int length() {
      return values.length;
    }

    @Override
    public void copy(int from, int count, float[] target, int offset) {
      for (int i = 0; i < count; i++) {
        target[offset + i] = values[from + i];
      }
    }

    @Override
    public void copy(int from, int count, double[] target, int offset) {
      for (int i = 0; i < count; i++) {
        target[offset + i] = values[from + i];
      }
    }

    @Override
    public void copy(int from, int count, int[] target, int offset) {
      for (int i = 0; i < count; i++) {
        target[offset + i] = values[from + i];
      }
    }
  }

  record Ints(int[] values) implements Storage {
    @Override
    public DType dtype() {
      return DType.I32;
    }

    @Override
    public int length() {
      return values.length;
    }

    @Override
    public void copy(int from, int count, float[] target, int offset) {
      for (int i = 0; i < count; i++) {
        target[offset + i] = values[from + i];
      }
    }

    @Override
    public void copy(int from, int count, double[] target, int offset) {
      for (int i = 0; i < count; i++) {
        target[offset + i] = values[from + i];
      }
    }

    @Override
    public void copy(int from, int count, int[] target, int offset) {
      System.arraycopy(values, from, target, offset, count);
    }
  }

  record Floats(float[] values) implements Storage {
    @Override
    public DType dtype() {
      return DType.F32;
    }

    @Override
    public int length() {
      return values.length;
    }

    @Override
    public void copy(int from, int count, float[] target, int offset) {
      System.arraycopy(values, from, target, offset, count);
    }

    @Override
    public void copy(int from, int count, double[] target, int offset) {
      for (int i = 0; i < count; i++) {
        target[offset + i] = values[from + i];
      }
    }

    @Override
    public void copy(int from, int count, int[] target, int offset) {
      throw new UnsupportedOperationException("f32 values as integers");
    }

    @Override
    public int firstNonFinite() {
      for (int i = 0; i < values.length; i++) {
        if (!Float.isFinite(values[i])) {
          return i;
        }
      }
      return -1;
    }
  }

  record Doubles(double[] values) implements Storage {
    @Override
    public DType dtype() {
      return DType.F64;
    }

    @Override
    public int length() {
      return values.length;
    }

    @Override
    public void copy(int from, int count, float[] target, int offset) {
      for (int i = 0; i < count; i++) {
        target[offset + i] = (float) values[from + i];
      }
    }

    @Override
    public void copy(int from, int count, double[] target, int offset) {
      System.arraycopy(values, from, target, offset, count);
    }

    @Override
    public void copy(int from, int count, int[] target, int offset) {
      throw new UnsupportedOperationException("f64 values as integers");
    }

    /** A value that float cannot hold is read as infinity, so it counts as infinite. */
    @Override
    public int firstNonFinite() {
      for (int i = 0; i < values.length; i++) {
        if (!Float.isFinite((float) values[i])) {
          return i;
        }
      }
      return -1;
    }
  }
}
