package dev.fathom.service.rest;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.arc.ClientProxy;
import io.quarkus.arc.Subclass;
import io.quarkus.smallrye.openapi.runtime.OpenApiDocumentService;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import jakarta.interceptor.InvocationContext;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The document is written when it is asked for. */
@QuarkusTest
class LateOpenApiTest {

  @Inject OpenApiDocumentService service;

  private final List<String> done = new ArrayList<>();

  private InvocationContext call(String name) {
    var method =
        Stream.of(OpenApiDocumentService.class.getDeclaredMethods())
            .filter(declared -> declared.getName().equals(name))
            .findFirst();
    return (InvocationContext)
        Proxy.newProxyInstance(
            getClass().getClassLoader(),
            new Class<?>[] {InvocationContext.class},
            (_, asked, _) ->
                asked.getName().equals("getMethod") ? method.orElseThrow() : did(name));
  }

  private Object did(String name) {
    done.add(name);
    return name;
  }

  @Test
  void quarkusServiceIsIntercepted() {
    assertTrue(ClientProxy.unwrap(service) instanceof Subclass);
    Method prepare = call("prepareDocument").getMethod();
    assertNotNull(prepare, "or the name has changed, and every start prepares again");
  }

  @Test
  void preparationsWaitForTheFirstThatAsks() throws Exception {
    var postponement = new LateOpenApi.Postponement();
    postponement.around(call("prepareDocument"));
    assertEquals(List.of(), done);
    assertEquals("getDocument", postponement.around(call("getDocument")));
    postponement.around(call("getDocument"));
    assertEquals(List.of("prepareDocument", "getDocument", "getDocument"), done);
  }
}
