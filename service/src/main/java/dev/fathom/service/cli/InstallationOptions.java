package dev.fathom.service.cli;

import dev.fathom.store.DataDirectory;
import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Whose models and trainings a command is about. */
final class InstallationOptions {

  @Option(
      names = "--url",
      paramLabel = "URL",
      description = "Service to ask (default: the one that owns the data directory, if one does).")
  private String url;

  @Mixin private DataOption data;

  /** {@return the service that is named or owns the data directory, else the directory itself} */
  Installation open() throws IOException {
    if (url != null) {
      if (data.given()) {
        throw new CommandException("expected either --url or --data");
      }
      return new ServedInstallation(service(url));
    }
    var config = data.read();
    var owner = DataDirectory.owner(config.data());
    return owner.isPresent() && !owner.get().url().isEmpty()
        ? new ServedInstallation(URI.create(owner.get().url()))
        : new StoredInstallation(config);
  }

  private static URI service(String url) {
    try {
      var uri = new URI(url);
      if (uri.getHost() != null && uri.getScheme().matches("https?")) {
        return uri;
      }
    } catch (URISyntaxException e) {
      // told below
    }
    throw new CommandException("expected --url http://HOST:PORT but got " + url);
  }
}
