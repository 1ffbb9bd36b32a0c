package dev.fathom.service.rest;

import dev.fathom.service.Refusal;
import jakarta.ws.rs.container.ContainerRequestContext;
import jakarta.ws.rs.container.ContainerRequestFilter;
import jakarta.ws.rs.core.Context;
import jakarta.ws.rs.core.HttpHeaders;
import jakarta.ws.rs.core.MediaType;
import jakarta.ws.rs.core.Response;
import jakarta.ws.rs.core.UriInfo;
import jakarta.ws.rs.ext.Provider;
import jakarta.ws.rs.ext.WriterInterceptor;
import jakarta.ws.rs.ext.WriterInterceptorContext;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.zip.ZipException;

/**
 * Inflates bodies of requests, and compresses JSON for clients that take it so.
 *
 * <p>Resources read a body to their limit, which so counts plain bytes: no more of a small body
 * that would become a huge one is inflated. Under {@code /v2} inference compresses its answers
 * itself and nothing else is compressed: Triton's client of Python's asyncio says that it takes
 * everything so, and cannot read it.
 */
@Provider
public final class Compression implements ContainerRequestFilter, WriterInterceptor {

  private static final String KNOWN =
      String.join(", ", Arrays.stream(Coding.values()).map(Coding::token).toList());

  @Context UriInfo uri;
  @Context HttpHeaders headers;

  @Override
  public void filter(ContainerRequestContext request) {
    var name = request.getHeaderString(HttpHeaders.CONTENT_ENCODING);
    if (name == null || name.isBlank() || name.strip().equalsIgnoreCase("identity")) {
      return;
    }
    var coding = Coding.named(name);
    if (coding.isPresent()) {
      request.setEntityStream(new Plain(coding.get(), request.getEntityStream()));
    } else {
      var refusal =
          new Refusal(
              415, "expected a Content-Encoding of %s or none but got '%s'".formatted(KNOWN, name));
      var form = ErrorForm.of(refusal, uri.getRequestUri().getPath());
      request.abortWith(
          Response.status(415)
              .header(HttpHeaders.ACCEPT_ENCODING, KNOWN)
              .type(form.type())
              .entity(form.body())
              .build());
    }
  }

  /** Begins with the first read, on the thread of the resource. */
  private static final class Plain extends InputStream {
    private final Coding coding;
    private final InputStream packed;
    private InputStream plain;

    private Plain(Coding coding, InputStream packed) {
      this.coding = coding;
      this.packed = packed;
    }

    @Override
    public int read() throws IOException {
      var one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
      try {
        if (plain == null) {
          plain = coding.plain(packed);
        }
        return plain.read(into, offset, length);
      } catch (ZipException | EOFException e) {
        throw new Refusal(
            400,
            "the body is not %s, as Content-Encoding says: %s"
                .formatted(coding.token(), e.getMessage() == null ? "it ends" : e.getMessage()));
      }
    }

    /** Who does not want more does not want it inflated. */
    @Override
    public long skip(long bytes) throws IOException {
      return packed.skip(bytes);
    }
  }

  @Override
  public void aroundWriteTo(WriterInterceptorContext answer) throws IOException {
    var accepted = Coding.accepted(headers.getHeaderString(HttpHeaders.ACCEPT_ENCODING));
    var coding =
        Arrays.stream(Coding.values()).filter(c -> accepted.contains(c.token())).findFirst();
    if (coding.isEmpty() || !isJson(answer.getMediaType()) || isOpenInference()) {
      answer.proceed();
      return;
    }
    answer.getHeaders().putSingle(HttpHeaders.CONTENT_ENCODING, coding.get().token());
    answer.getHeaders().add(HttpHeaders.VARY, HttpHeaders.ACCEPT_ENCODING);
    answer.getHeaders().remove(HttpHeaders.CONTENT_LENGTH);
    try (var out = coding.get().compressing(answer.getOutputStream())) {
      answer.setOutputStream(out);
      answer.proceed();
    }
  }

  private static boolean isJson(MediaType type) {
    return type != null
        && (type.getSubtype().equals("json") || type.getSubtype().endsWith("+json"));
  }

  private boolean isOpenInference() {
    var path = uri.getRequestUri().getPath();
    return path.equals("/v2") || path.startsWith("/v2/");
  }
}
