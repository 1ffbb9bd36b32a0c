package dev.fathom.service.rest;

import io.quarkus.smallrye.openapi.runtime.OpenApiDocumentService;
import jakarta.annotation.Priority;
import jakarta.enterprise.context.control.ActivateRequestContext;
import jakarta.enterprise.inject.build.compatible.spi.BuildCompatibleExtension;
import jakarta.enterprise.inject.build.compatible.spi.ClassConfig;
import jakarta.enterprise.inject.build.compatible.spi.Enhancement;
import jakarta.interceptor.AroundInvoke;
import jakarta.interceptor.Interceptor;
import jakarta.interceptor.InvocationContext;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * Lets Quarkus write the OpenAPI document when somebody first asks for it. At start it would take
 * ten milliseconds and seven megabytes of a native binary.
 */
public final class LateOpenApi implements BuildCompatibleExtension {

  /**
   * Binds the interceptor by an annotation of Jakarta's, since Quarkus' own classes do not see
   * those of an application under test.
   */
  @Enhancement(types = OpenApiDocumentService.class)
  public void mark(ClassConfig service) {
    service.addAnnotation(ActivateRequestContext.class);
  }

  /** Puts the preparations off until somebody asks for the document. */
  @ActivateRequestContext
  @Interceptor
  @Priority(Interceptor.Priority.APPLICATION)
  static final class Postponement {

    private final Queue<InvocationContext> preparations = new ArrayDeque<>();

    @AroundInvoke
    synchronized Object around(InvocationContext call) throws Exception {
      if (!call.getMethod().getDeclaringClass().equals(OpenApiDocumentService.class)) {
        return call.proceed();
      }
      if (call.getMethod().getName().startsWith("prepare")) {
        preparations.add(call);
        return null;
      }
      while (!preparations.isEmpty()) {
        preparations.remove().proceed();
      }
      return call.proceed();
    }
  }
}
