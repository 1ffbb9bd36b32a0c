package dev.fathom.spi.tck;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.fathom.spi.Backend;
import org.junit.jupiter.api.Test;
import org.opentest4j.TestAbortedException;

class BackendTckTest {

  /** Closing what was never open hid the reason. */
  @Test
  void withoutADeviceOneTestIsSkippedWithTheReason() {
    BackendTck tck =
        new BackendTck() {
          @Override
          protected Backend open() {
            throw new TestAbortedException("no device");
          }
        };
    var tests = tck.conformance().toList();
    assertEquals(1, tests.size());
    var aborted =
        assertThrows(TestAbortedException.class, () -> tests.getFirst().getExecutable().execute());
    assertTrue(aborted.getMessage().endsWith("no device"), aborted.getMessage());
    tck.closeBackend();
  }
}
