package dev.fathom.service.cli;

import java.nio.file.Path;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** The options of every command that starts the service; each overrides the configuration. */
final class ServerOptions {

  @Option(
      names = "--port",
      paramLabel = "N",
      converter = Port.class,
      description = "Port to listen on; 0 takes a free one (default: 8080).")
  private Integer port;

  @Option(
      names = "--host",
      paramLabel = "H",
      description = "Address to listen on (default: 127.0.0.1, this machine only).")
  private String host;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Data directory (default: ~/.fathom).")
  private Path data;

  @Option(
      names = "--backend",
      paramLabel = "B",
      description = "Backend: auto, or the name of one (default: auto).")
  private String backend;

  /** Passes the given options to the configuration that the service will read. */
  void apply() {
    override("quarkus.http.port", port);
    override("quarkus.http.host", host);
    override("fathom.data", data);
    override("fathom.backend", backend);
  }

  private static final class Port implements ITypeConverter<Integer> {
    @Override
    public Integer convert(String text) {
      if (text.matches("\\d{1,5}") && Integer.parseInt(text) <= 65535) {
        return Integer.valueOf(text);
      }
      throw new TypeConversionException("'" + text + "' is not a port (0 to 65535)");
    }
  }

  private static void override(String key, Object value) {
    if (value != null) {
      System.setProperty(key, value.toString());
    }
  }
}
