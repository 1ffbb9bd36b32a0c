package dev.fathom.backend.opencl.driver;

import com.aparapi.Config;
import com.aparapi.device.Device;
import com.aparapi.device.OpenCLDevice;
import com.aparapi.internal.opencl.OpenCLArgDescriptor;
import com.aparapi.internal.opencl.OpenCLKernel;
import com.aparapi.internal.opencl.OpenCLLoader;
import com.aparapi.internal.opencl.OpenCLPlatform;
import com.aparapi.internal.opencl.OpenCLProgram;
import dev.fathom.spi.BackendException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.Logger;

/**
 * Makes contexts, queues and kernels by Aparapi, and reads their OpenCL handles from its private
 * fields. Every {@code __global} argument is declared to Aparapi as a {@code long}, the raw {@code
 * cl_mem} handle, so that it neither pins nor copies arrays.
 */
final class Aparapi {
  static {
    initialise();
  }

  private static final VarHandle CONTEXT = field(OpenCLProgram.class, "contextId");
  private static final VarHandle QUEUE = field(OpenCLProgram.class, "queueId");
  private static final VarHandle KERNEL = field(OpenCLKernel.class, "kernelId");
  private static final long HANDLE =
      OpenCLArgDescriptor.ARG_PRIMITIVE_BIT | OpenCLArgDescriptor.ARG_LONG_BIT;

  private final OpenCLDevice device;
  private final OpenCLProgram first;

  /**
   * Puts back the levels of the process's log handlers, all of which Aparapi's configuration
   * changes.
   */
  private static void initialise() {
    Map<Handler, Level> levels = new HashMap<>();
    for (Handler handler : Logger.getLogger("").getHandlers()) {
      levels.put(handler, handler.getLevel());
    }
    try {
      MethodHandles.lookup().ensureInitialized(Config.class);
    } catch (IllegalAccessException e) {
      throw new LinkageError("Aparapi's configuration is out of reach", e);
    } finally {
      levels.forEach(Handler::setLevel);
    }
  }

  /** Makes a context and a command queue. */
  Aparapi(ClDevice device) {
    if (!OpenCLLoader.isOpenCLAvailable()) {
      throw new BackendException(
          "[opencl] Aparapi has no native library for "
              + System.getProperty("os.name")
              + " on "
              + System.getProperty("os.arch"));
    }
    this.device =
        new OpenCLDevice(
            new OpenCLPlatform(
                device.platformHandle(),
                "OpenCL " + device.version() / 100 + "." + device.version() / 10 % 10,
                device.platform(),
                device.platform()),
            device.handle(),
            device.type() == ClDevice.Type.CPU ? Device.TYPE.CPU : Device.TYPE.GPU);
    // Aparapi makes its context with its first program.
    String nothing = "__kernel void nothing() {}";
    first = new OpenCLProgram(this.device, nothing).createProgram(this.device);
    if (first == null || context() == 0 || queue() == 0) {
      throw new BackendException(
          "[opencl] " + device.name() + " gives no context: its driver cannot build a kernel");
    }
  }

  long context() {
    return (long) CONTEXT.get(first);
  }

  long queue() {
    return (long) QUEUE.get(first);
  }

  /** {@return the handle of a kernel of a built program} */
  long kernel(long program, String source, String name, int arguments) {
    List<OpenCLArgDescriptor> descriptors = new ArrayList<>();
    for (int i = 0; i < arguments; i++) {
      descriptors.add(new OpenCLArgDescriptor("a" + i, HANDLE));
    }
    OpenCLKernel kernel =
        OpenCLKernel.createKernel(
            new OpenCLProgram(program, queue(), context(), device, source), name, descriptors);
    long handle = kernel == null ? 0 : (long) KERNEL.get(kernel);
    if (handle == 0) {
      throw new BackendException("[opencl] the program has no kernel named " + name);
    }
    return handle;
  }

  /** Releases the context and the queue. */
  void close() {
    first.dispose();
  }

  private static VarHandle field(Class<?> owner, String name) {
    try {
      return MethodHandles.privateLookupIn(owner, MethodHandles.lookup())
          .findVarHandle(owner, name, long.class);
    } catch (ReflectiveOperationException e) {
      throw new LinkageError("Aparapi's " + owner.getSimpleName() + " has no " + name, e);
    }
  }
}
