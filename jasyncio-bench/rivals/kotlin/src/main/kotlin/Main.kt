// The micro workloads in Kotlin's coroutines, on one thread: runBlocking is the loop.
//
// usage: MainKt WORKLOAD PEER
package jasyncio.rivals

import java.lang.management.ManagementFactory
import java.nio.file.Files
import java.nio.file.Path
import java.util.Locale
import java.util.concurrent.Executors
import kotlin.coroutines.ContinuationInterceptor
import kotlin.coroutines.EmptyCoroutineContext
import kotlin.random.Random
import kotlin.system.exitProcess
import kotlinx.coroutines.CompletableDeferred
import kotlinx.coroutines.CoroutineDispatcher
import kotlinx.coroutines.CoroutineScope
import kotlinx.coroutines.Delay
import kotlinx.coroutines.Dispatchers
import kotlinx.coroutines.DisposableHandle
import kotlinx.coroutines.InternalCoroutinesApi
import kotlinx.coroutines.Job
import kotlinx.coroutines.asCoroutineDispatcher
import kotlinx.coroutines.channels.Channel
import kotlinx.coroutines.coroutineScope
import kotlinx.coroutines.delay
import kotlinx.coroutines.flow.flow
import kotlinx.coroutines.joinAll
import kotlinx.coroutines.launch
import kotlinx.coroutines.runBlocking
import kotlinx.coroutines.sync.Mutex
import kotlinx.coroutines.sync.withLock
import kotlinx.coroutines.withContext
import kotlinx.coroutines.yield

const val MILLION = 1_000_000
const val PASSES = 5
var peer = "kotlin"

fun show(metric: String, value: Double, unit: String) {
  println("$metric $peer ${String.format(Locale.ROOT, "%.5g", value)} $unit")
}

fun cpuNanos(): Long =
  (ManagementFactory.getOperatingSystemMXBean() as com.sun.management.OperatingSystemMXBean)
    .processCpuTime

fun processBytes(key: String): Long =
  Files.readAllLines(Path.of("/proc/self/status"))
    .first { it.startsWith("$key:") }
    .filter { it.isDigit() }
    .toLong() * 1024

fun usedHeap(): Long {
  repeat(3) {
    System.gc()
    Thread.sleep(50)
  }
  return Runtime.getRuntime().let { it.totalMemory() - it.freeMemory() }
}

/// As Measure does it for the programs in Java.
fun timed(metric: String, operations: Int, body: () -> Unit) {
  val begin = System.nanoTime()
  var warmUps = 0
  while (warmUps < 3 || System.nanoTime() - begin < 1_500_000_000) {
    if (System.nanoTime() - begin > 6_000_000_000) break
    body()
    warmUps++
  }
  val wall = mutableListOf<Double>()
  val cpu = mutableListOf<Double>()
  repeat(PASSES) {
    val start = System.nanoTime()
    val cpuStart = cpuNanos()
    body()
    wall += (System.nanoTime() - start).toDouble() / operations
    cpu += (cpuNanos() - cpuStart).toDouble() / operations
  }
  show(metric, wall.sorted()[PASSES / 2], "ns")
  show("$metric.cpu", cpu.sorted()[PASSES / 2], "ns")
}

fun loop(body: suspend CoroutineScope.() -> Unit) = runBlocking(EmptyCoroutineContext, body)

suspend fun tasks(count: Int, body: suspend (Int) -> Unit) = coroutineScope {
  repeat(count) { index -> launch { body(index) } }
}

fun yields(count: Int, each: Int) = loop { tasks(count) { repeat(each) { yield() } } }

fun queuePingPong(rounds: Int) = loop {
  val there = Channel<Int>(1)
  val back = Channel<Int>(1)
  launch {
    repeat(rounds) {
      there.send(it)
      back.receive()
    }
  }
  launch { repeat(rounds) { back.send(there.receive()) } }
}

fun futurePingPong(rounds: Int) = loop {
  var first = CompletableDeferred<Int>()
  var second = CompletableDeferred<Int>()
  launch {
    repeat(rounds) {
      val mine = second
      first.complete(it)
      mine.await()
    }
  }
  launch {
    repeat(rounds) {
      val value = first.await()
      val theirs = second
      first = CompletableDeferred()
      second = CompletableDeferred()
      theirs.complete(value)
    }
  }
}

fun throughQueue(producers: Int, items: Int) = loop {
  val queue = Channel<Int>(100)
  launch { repeat(producers * items) { queue.receive() } }
  tasks(producers) { repeat(items) { queue.send(it) } }
}

fun sleepers() {
  val random = Random(42)
  val before = processBytes("VmRSS")
  val start = System.nanoTime()
  loop { tasks(MILLION) { delay(random.nextLong(1000)) } }
  show("w5_sleep_total", (System.nanoTime() - start) / 1e6, "ms")
  show("w5_sleep_rss", (processBytes("VmHWM") - before) / 1048576.0, "MiB")
}

@OptIn(InternalCoroutinesApi::class)
fun cancelTimers() = loop {
  val timers = coroutineContext[ContinuationInterceptor] as Delay
  val handles = arrayOfNulls<DisposableHandle>(MILLION)
  for (i in 0 until MILLION) {
    handles[i] = timers.invokeOnTimeout(60_000L + i / 1000, {}, coroutineContext)
  }
  handles.forEach { it!!.dispose() }
  yield()
}

fun memory() = loop {
  val heap = usedHeap()
  val rss = processBytes("VmRSS")
  val events = Array(MILLION) { CompletableDeferred<Unit>() }
  val jobs = events.map { event -> launch { event.await() } }
  yield()
  show("w6_heap", (usedHeap() - heap).toDouble() / MILLION, "B")
  show("w6_rss", (processBytes("VmRSS") - rss).toDouble() / MILLION, "B")
  events.forEach { it.complete(Unit) }
  jobs.joinAll()
}

fun posts(count: Int) = loop {
  val dispatcher = coroutineContext[ContinuationInterceptor] as CoroutineDispatcher
  val last = CompletableDeferred<Unit>()
  var calls = 0
  val callback = Runnable { if (++calls == count) last.complete(Unit) }
  Thread { repeat(count) { dispatcher.dispatch(EmptyCoroutineContext, callback) } }.start()
  last.await()
}

fun roundTrips(count: Int) {
  Executors.newSingleThreadExecutor().asCoroutineDispatcher().use { dispatcher ->
    repeat(count) { runBlocking { withContext(dispatcher) {} } }
  }
}

fun blockingSleeps() {
  val pool = Executors.newFixedThreadPool(64).asCoroutineDispatcher()
  for ((metric, dispatcher) in listOf("w8_block64" to pool, "w8_blockdef" to Dispatchers.IO)) {
    val start = System.nanoTime()
    loop { tasks(10_000) { withContext(dispatcher) { Thread.sleep(10) } } }
    show(metric, (System.nanoTime() - start) / 1e6, "ms")
  }
  pool.close()
}

/// A channel is pulled, as an async generator is.
fun pulled(count: Int) = loop {
  val items = Channel<Int>()
  launch {
    repeat(count) { items.send(it) }
    items.close()
  }
  var sum = 0L
  for (item in items) sum += item
  check(sum > 0)
}

fun pushed(count: Int) = loop {
  var sum = 0L
  flow { repeat(count) { emit(it) } }.collect { sum += it }
  check(sum > 0)
}

fun compete() = loop {
  val lock = Mutex()
  tasks(100) { repeat(10_000) { lock.withLock { yield() } } }
}

fun main(args: Array<String>) {
  val workload = args[0]
  peer = args[1]
  when (workload) {
    "w1_spawn" -> timed(workload, MILLION) { loop { repeat(100) { tasks(10_000) {} } } }
    "w2_yield1" -> timed(workload, 5 * MILLION) { yields(1, 5 * MILLION) }
    "w2_yield1000" -> timed(workload, 5 * MILLION) { yields(1000, 5000) }
    "w3_queue" -> timed(workload, MILLION) { queuePingPong(MILLION) }
    "w3_future" -> timed(workload, MILLION) { futurePingPong(MILLION) }
    "w4_1p1c" -> timed(workload, 2 * MILLION) { throughQueue(1, 2 * MILLION) }
    "w4_100p1c" -> timed(workload, 2 * MILLION) { throughQueue(100, 20_000) }
    "w5_sleep" -> sleepers()
    "w5_cancel" -> timed(workload, MILLION) { cancelTimers() }
    "w6_mem" -> memory()
    "w7_call" -> timed(workload, 2 * MILLION) { posts(2 * MILLION) }
    "w7_rt" -> timed(workload, 50_000) { roundTrips(50_000) }
    "w8_rt" -> timed(workload, 10_000) { loop { repeat(10_000) { withContext(Dispatchers.IO) {} } } }
    "w8_block" -> blockingSleeps()
    "w9_agen" -> timed(workload, 5 * MILLION) { pulled(5 * MILLION) }
    "w9_push" -> timed(workload, 5 * MILLION) { pushed(5 * MILLION) }
    "w10_lock" -> timed(workload, MILLION) { compete() }
    else -> {
      System.err.println("there is no workload $workload")
      exitProcess(2)
    }
  }
  exitProcess(0)
}
