import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/**
 * Makes this folder's data directory and answers anew with a Fathom of any commit:
 *
 * <pre>{@code java Make.java CHECKOUT [FOLDER]}</pre>
 *
 * <p>CHECKOUT is where that Fathom lies, built; FOLDER is where {@code specs} lies and {@code data}
 * and {@code answers} go, by default the working directory. It talks to Fathom by HTTP alone.
 */
class Make {

  /** The training that is told to end in its middle. */
  private static final String INTERRUPTED = "interrupted";

  /** Of the others this one keeps its record; what remains of them is the model. */
  private static final String KEPT = "bag";

  private static final List<String> LANGUAGES = List.of("English", "German", "Greek", "Spanish");
  private static final int DIGITS = 320;
  private static final int TEST_DIGITS = 80;

  private final Path checkout;
  private final Path folder;
  private final HttpClient client = HttpClient.newHttpClient();
  private URI service;

  private Make(Path checkout, Path folder) {
    this.checkout = checkout;
    this.folder = folder;
  }

  public static void main(String... args) throws Exception {
    new Make(Path.of(args[0]), Path.of(args.length > 1 ? args[1] : "").toAbsolutePath()).make();
  }

  private void make() throws Exception {
    var data = folder.resolve("data");
    var answers = folder.resolve("answers");
    for (var old : List.of(data, answers)) {
      if (Files.exists(old)) {
        delete(old);
      }
    }
    Files.createDirectories(answers);
    serve(
        data,
        () -> {
          upload();
          for (var name : specs()) {
            if (!name.equals(INTERRUPTED)) {
              var id = submit(name);
              await(id, "succeeded", "");
              if (!name.equals(KEPT)) {
                call("DELETE", "/api/v1/trainings/" + id, "");
              }
            }
          }
          for (var name : specs()) {
            if (!name.equals(INTERRUPTED)) {
              write(answers, name, questions(name));
            }
          }
          await(submit(INTERRUPTED), "running", "\"epoch\":20,");
        });

    // Where it ends when it goes on; the directory above stays as it was left.
    var copy = Files.createTempDirectory("fathom-format-1");
    copy(data, copy);
    serve(
        copy,
        () -> {
          var matcher = Pattern.compile("\"id\":\"(trn_\\w+)\",\"name\":\"interrupted\"");
          var id = found(matcher, call("GET", "/api/v1/trainings", ""));
          call("POST", "/api/v1/trainings/" + id + "/resume", "");
          await(id, "succeeded", "");
          write(answers, INTERRUPTED, digits(INTERRUPTED));
        });
    delete(copy);
  }

  private List<String> specs() throws IOException {
    try (var files = Files.list(folder.resolve("specs"))) {
      return files
          .map(file -> file.getFileName().toString().replace(".json", ""))
          .sorted()
          .toList();
    }
  }

  // Datasets, small parts of the samples.

  private void upload() throws Exception {
    var samples = checkout.resolve("samples");
    for (var part : List.of("train", "t10k")) {
      int count = part.equals("train") ? DIGITS : TEST_DIGITS;
      put(
          "digits",
          part + "-images-idx3-ubyte.gz",
          gzip(idx(samples, part + "-images-idx3", count)));
      put("digits", part + "-labels-idx1-ubyte", idx(samples, part + "-labels-idx1", count));
    }
    for (var file : List.of("train.csv", "test.csv")) {
      put("letters", file, letters(samples.resolve("letters").resolve(file)));
    }
    put("weather", "days.csv", days());
    var book = Files.readString(samples.resolve("book/book.txt")).substring(22, 600);
    put("book", "book.txt", utf8(book));
    put("book", "lines.txt", utf8(lines()));
    pairs();
  }

  /** The first examples of a file of MNIST. */
  private static byte[] idx(Path samples, String name, int count) throws IOException {
    try (InputStream in =
        new GZIPInputStream(
            Files.newInputStream(samples.resolve("mnist").resolve(name + "-ubyte.gz")))) {
      int header = name.endsWith("3") ? 16 : 8;
      int size = name.endsWith("3") ? 28 * 28 : 1;
      var bytes = in.readNBytes(header + count * size);
      ByteBuffer.wrap(bytes).putInt(4, count);
      return bytes;
    }
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    var packed = new ByteArrayOutputStream();
    try (var out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }

  private static byte[] letters(Path file) throws IOException {
    try (var lines = Files.lines(file)) {
      return utf8(
          lines
              .filter(
                  line ->
                      Stream.concat(Stream.of("language"), LANGUAGES.stream())
                          .anyMatch(language -> line.startsWith(language + ",")))
              .collect(Collectors.joining("\n", "", "\n")));
    }
  }

  private byte[] days() throws IOException {
    try (var lines = Files.lines(checkout.resolve("samples/weather/seattle-weather.csv"))) {
      return utf8(lines.limit(501).collect(Collectors.joining("\n", "", "\n")));
    }
  }

  /** Sums of small numbers, five a line. */
  private static String lines() {
    return IntStream.range(0, 100)
        .mapToObj(
            i ->
                "%d plus %d is %d%s"
                    .formatted(i % 5, i % 7, i % 5 + i % 7, i % 5 == 4 ? "\n" : "; "))
        .collect(Collectors.joining());
  }

  /** Two sequences of four ids, the second the first or another one; 1 where they are the same. */
  private void pairs() throws Exception {
    var random = new Random(1);
    int count = 400;
    var ids = ByteBuffer.allocate(12 + 8 * count).putInt(0x0802).putInt(count).putInt(8);
    var same = ByteBuffer.allocate(8 + count).putInt(0x0801).putInt(count);
    for (int i = 0; i < count; i++) {
      var first = random.ints(4, 0, 6).toArray();
      var second = i % 2 == 0 ? first : random.ints(4, 0, 6).toArray();
      IntStream.concat(IntStream.of(first), IntStream.of(second)).forEach(id -> ids.put((byte) id));
      same.put((byte) (Arrays.equals(first, second) ? 1 : 0));
    }
    put("pairs", "train-images-idx3-ubyte", ids.array());
    put("pairs", "train-labels-idx1-ubyte", same.array());
  }

  // Questions.

  /** A path, and the body that is posted there; or none for what is only asked for. */
  private record Question(String path, String body) {}

  private List<Question> questions(String name) throws IOException {
    var questions = new ArrayList<Question>();
    switch (name) {
      case "lenet", "resnet" -> questions.addAll(digits(name));
      case "gpt" -> {
        questions.add(completion(name, "Some years ago—never mind how long", 20));
        questions.add(completion(name, "I thought I would sail about", 30));
      }
      case "llama" -> {
        questions.add(completion(name, "3 plus ", 12));
        questions.add(completion(name, "2 plus 4 is", 10));
      }
      case "forecast" -> {
        questions.add(infer(name, "window", List.of(1, 14, 4), days(20, 14, 2, 3, 1, 4)));
        questions.add(infer(name, "window", List.of(2, 14, 4), days(300, 28, 2, 3, 1, 4)));
      }
      case "regression" ->
          questions.add(infer(name, "features", List.of(3, 3), days(100, 3, 1, 3, 4)));
      case "pairs" ->
          questions.add(
              infer(
                  name,
                  "image",
                  List.of(2, 8),
                  List.of("012301235432543254".split("")).subList(0, 16)));
      case "table" ->
          questions.add(infer(name, "features", List.of(4, 4), days(200, 4, 1, 2, 3, 4)));
      default -> {
        questions.add(texts(name, "Alle Menschen sind frei", "Everyone has the right to life"));
        questions.add(texts(name, "Toda persona tiene derecho a la vida"));
        questions.add(texts(name, "Όλοι οι άνθρωποι", "Niemand darf"));
        if (!name.equals(KEPT)) {
          questions.add(
              new Question(
                  "/v1/embeddings",
                  "{\"model\": \"%s\", \"input\": [\"All are equal\", \"Toda persona\"]}"
                      .formatted(name)));
        }
      }
    }
    questions.add(new Question("/v2/models/" + name, null));
    return questions;
  }

  private List<Question> digits(String name) throws IOException {
    var bytes = idx(checkout.resolve("samples"), "t10k-images-idx3", 4);
    var pixels = new ArrayList<String>();
    for (int i = 16; i < bytes.length; i++) {
      pixels.add("" + (bytes[i] & 255));
    }
    return List.of(
        infer(name, "image", List.of(1, 28, 28), pixels.subList(0, 784)),
        infer(name, "image", List.of(3, 28, 28), pixels.subList(784, 4 * 784)));
  }

  /** Values of some columns of the days, of rows one behind the other. */
  private List<String> days(int first, int count, int... columns) throws IOException {
    var values = new ArrayList<String>();
    var lines = new String(days(), StandardCharsets.UTF_8).lines().toList();
    for (var line : lines.subList(first, first + count)) {
      for (int column : columns) {
        values.add(line.split(",")[column]);
      }
    }
    return values;
  }

  private static Question infer(
      String model, String input, List<Integer> shape, List<String> data) {
    return new Question(
        "/v2/models/" + model + "/infer",
        "{\"inputs\": [{\"name\": \"%s\", \"datatype\": \"FP32\", \"shape\": %s, \"data\": %s}]}"
            .formatted(input, shape, data));
  }

  private static Question texts(String model, String... texts) {
    return new Question(
        "/v2/models/" + model + "/infer",
        "{\"inputs\": [{\"name\": \"text\", \"datatype\": \"BYTES\", \"shape\": [%d], \"data\": [%s]}]}"
            .formatted(
                texts.length,
                Stream.of(texts).map(text -> '"' + text + '"').collect(Collectors.joining(", "))));
  }

  private static Question completion(String model, String prompt, int tokens) {
    return new Question(
        "/v1/completions",
        "{\"model\": \"%s\", \"prompt\": \"%s\", \"max_tokens\": %d, \"temperature\": 0}"
            .formatted(model, prompt, tokens));
  }

  private void write(Path answers, String name, List<Question> questions) throws Exception {
    var said = new ArrayList<String>();
    for (var question : questions) {
      boolean asks = question.body == null;
      var answer = call(asks ? "GET" : "POST", question.path, asks ? "" : question.body);
      said.add(
          "{\"path\": \"%s\",%n \"request\": %s,%n \"answer\": %s}"
              .formatted(question.path, question.body, answer));
    }
    Files.writeString(answers.resolve(name + ".json"), "[" + String.join(",\n", said) + "]\n");
  }

  // The service.

  private interface Work {
    void run() throws Exception;
  }

  /** Starts the service, works, and tells it to end. */
  private void serve(Path data, Work work) throws Exception {
    var process =
        new ProcessBuilder(
                checkout.resolve("fathom").toAbsolutePath().toString(),
                "serve",
                "--port",
                "0",
                "--backend",
                "java",
                "--data",
                data.toString())
            .redirectErrorStream(true)
            .start();
    try {
      var output = process.inputReader();
      var listens = Pattern.compile(".*Fathom listens on (http://[^,]*), .*");
      Matcher matcher;
      do {
        var line = output.readLine();
        if (line == null) {
          throw new IllegalStateException("the service ended before it listened");
        }
        System.out.println(line);
        matcher = listens.matcher(line);
      } while (!matcher.matches());
      service = URI.create(matcher.group(1));
      Thread.ofVirtual().start(() -> output.lines().forEach(System.out::println));
      work.run();
    } finally {
      process.toHandle().destroy();
      process.waitFor();
    }
  }

  private String submit(String name) throws Exception {
    var spec = Files.readString(folder.resolve("specs").resolve(name + ".json"));
    return found(Pattern.compile("\"id\":\"(trn_\\w+)\""), call("POST", "/api/v1/trainings", spec));
  }

  /** Waits for a state of a training, and for a text in what it tells. */
  private String await(String id, String state, String text) throws Exception {
    while (true) {
      var job = call("GET", "/api/v1/trainings/" + id, "");
      var now = found(Pattern.compile("\"state\":\"(\\w+)\""), job);
      if (now.equals(state) && job.contains(text)) {
        System.out.println(
            id + " " + found(Pattern.compile("\"name\":\"(\\w+)\""), job) + " " + now);
        return job;
      }
      if (!List.of("queued", "running").contains(now)) {
        throw new IllegalStateException("it is " + now + ": " + job);
      }
      Thread.sleep(5);
    }
  }

  private void put(String dataset, String file, byte[] content) throws Exception {
    send(
        HttpRequest.newBuilder(service.resolve("/api/v1/datasets/" + dataset + "/files/" + file))
            .header("Content-Type", "application/octet-stream")
            .PUT(BodyPublishers.ofByteArray(content)));
  }

  private String call(String method, String path, String body) throws Exception {
    return send(
        HttpRequest.newBuilder(service.resolve(path))
            .header("Content-Type", "application/json")
            .method(method, BodyPublishers.ofString(body)));
  }

  private String send(HttpRequest.Builder request) throws Exception {
    var response = client.send(request.build(), BodyHandlers.ofString());
    if (response.statusCode() >= 300) {
      throw new IllegalStateException(response.uri() + " " + response.body());
    }
    return response.body();
  }

  // Small things.

  private static String found(Pattern pattern, String text) {
    var matcher = pattern.matcher(text);
    if (!matcher.find()) {
      throw new IllegalStateException("expected " + pattern + " in " + text);
    }
    return matcher.group(1);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private static void copy(Path from, Path to) throws IOException {
    try (var files = Files.walk(from)) {
      for (var file : files.filter(Files::isRegularFile).toList()) {
        var target = to.resolve(from.relativize(file));
        Files.createDirectories(target.getParent());
        Files.copy(file, target);
      }
    }
  }

  private static void delete(Path folder) throws IOException {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
