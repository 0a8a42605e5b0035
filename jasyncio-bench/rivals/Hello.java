import static jasyncio.Asyncio.*;

void main() {
  run(() -> {
    await(sleep(millis(1)));
    IO.println("hello");
  });
}
