package dev.fathom.box;

/**
 * A box, by the distances of its sides from the left and upper edge of the picture, in any unit.
 *
 * @param right not less than {@code left}
 * @param bottom not less than {@code top}
 */
public record Box(double left, double top, double right, double bottom) {
  /** {@return width times height} */
  public double area() {
    return (right - left) * (bottom - top);
  }

  /** {@return the area of the intersection over that of the union, 0 to 1; 0 where both are 0} */
  public double iou(Box other) {
    double width = Math.min(right, other.right) - Math.max(left, other.left);
    double height = Math.min(bottom, other.bottom) - Math.max(top, other.top);
    if (width <= 0 || height <= 0) {
      return 0;
    }
    double both = width * height;
    return both / (area() + other.area() - both);
  }
}
