// The micro workloads in Node.js.
//
// usage: node --expose-gc micro.mjs WORKLOAD PEER
//
// With the peer "node-immediate" a yield is a turn of the loop (setImmediate); with any other it is
// a microtask (await null), which no timer and no socket gets in between.
//
// Node has no queue, lock, event or future for promises: here are the smallest that are fair.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { Worker, isMainThread, parentPort, workerData } from 'node:worker_threads';

const MILLION = 1_000_000;
const [, , workload, peer] = process.argv;
const turns = peer === 'node-immediate';
const rest = turns ? () => new Promise(setImmediate) : () => null;

function show(metric, value, unit) {
  console.log(metric, peer, value < 1000 ? value.toPrecision(4) : value.toFixed(0), unit);
}

function nanos() {
  return Number(process.hrtime.bigint());
}

function cpuNanos() {
  const { user, system } = process.cpuUsage();
  return (user + system) * 1000;
}

function processBytes(key) {
  const status = readFileSync('/proc/self/status', 'utf8');
  return Number(status.match(new RegExp(`^${key}:\\s*(\\d+)`, 'm'))[1]) * 1024;
}

function median(values) {
  return values.sort((a, b) => a - b)[values.length >> 1];
}

async function timed(metric, operations, body) {
  const begin = nanos();
  for (let i = 0; i < 3 || nanos() - begin < 1e9; i++) {
    if (nanos() - begin > 6e9) break;
    await body();
  }
  const wall = [];
  const cpu = [];
  for (let i = 0; i < 5; i++) {
    const wallStart = nanos();
    const cpuStart = cpuNanos();
    await body();
    wall.push((nanos() - wallStart) / operations);
    cpu.push((cpuNanos() - cpuStart) / operations);
  }
  show(metric, median(wall), 'ns');
  show(`${metric}.cpu`, median(cpu), 'ns');
}

/** First in, first out; its array is compacted now and then. */
class Line {
  #items = [];
  #head = 0;

  get length() {
    return this.#items.length - this.#head;
  }

  push(item) {
    this.#items.push(item);
  }

  shift() {
    const item = this.#items[this.#head];
    this.#items[this.#head++] = undefined;
    if (this.#head === 1024) {
      this.#items.splice(0, 1024);
      this.#head = 0;
    }
    return item;
  }

  wake() {
    if (this.length > 0) this.shift()();
  }
}

class Queue {
  #items = new Line();
  #getters = new Line();
  #putters = new Line();
  #capacity;

  constructor(capacity) {
    this.#capacity = capacity;
  }

  async put(item) {
    while (this.#items.length >= this.#capacity) {
      await new Promise((resolve) => this.#putters.push(resolve));
    }
    this.#items.push(item);
    this.#getters.wake();
  }

  async get() {
    while (this.#items.length === 0) {
      await new Promise((resolve) => this.#getters.push(resolve));
    }
    const item = this.#items.shift();
    this.#putters.wake();
    return item;
  }
}

class Lock {
  #taken = false;
  #waiters = new Line();

  async acquire() {
    if (this.#taken) {
      await new Promise((resolve) => this.#waiters.push(resolve));
    }
    this.#taken = true;
  }

  release() {
    if (this.#waiters.length > 0) this.#waiters.wake();
    else this.#taken = false;
  }
}

function future() {
  let resolve;
  const promise = new Promise((fulfil) => {
    resolve = fulfil;
  });
  return { promise, resolve };
}

function tasks(count, body) {
  return Promise.all(Array.from({ length: count }, body));
}

async function yields(count) {
  for (let i = 0; i < count; i++) await rest();
}

async function queuePingPong(rounds) {
  const there = new Queue(1);
  const back = new Queue(1);
  const ping = async () => {
    for (let i = 0; i < rounds; i++) {
      await there.put(i);
      await back.get();
    }
  };
  const pong = async () => {
    for (let i = 0; i < rounds; i++) await back.put(await there.get());
  };
  await Promise.all([ping(), pong()]);
}

async function futurePingPong(rounds) {
  let first = future();
  let second = future();
  const ping = async () => {
    for (let i = 0; i < rounds; i++) {
      const mine = second;
      first.resolve(i);
      await mine.promise;
    }
  };
  const pong = async () => {
    for (let i = 0; i < rounds; i++) {
      const value = await first.promise;
      const theirs = second;
      first = future();
      second = future();
      theirs.resolve(value);
    }
  };
  await Promise.all([ping(), pong()]);
}

async function throughQueue(producers, items) {
  const queue = new Queue(100);
  const produce = async () => {
    for (let i = 0; i < items; i++) await queue.put(i);
  };
  const consume = async () => {
    for (let i = 0; i < producers * items; i++) await queue.get();
  };
  await Promise.all([consume(), tasks(producers, produce)]);
}

async function cancelTimers() {
  const timers = [];
  for (let i = 0; i < MILLION; i++) timers.push(setTimeout(() => {}, 60_000 + i / 1000));
  timers.forEach(clearTimeout);
  await new Promise(setImmediate);
}

async function memory() {
  global.gc();
  const heap = process.memoryUsage().heapUsed;
  const rss = processBytes('VmRSS');
  const events = Array.from({ length: MILLION }, future);
  const waiting = events.map(async (event) => {
    await event.promise;
  });
  await null;
  global.gc();
  show('w6_heap', (process.memoryUsage().heapUsed - heap) / MILLION, 'B');
  show('w6_rss', (processBytes('VmRSS') - rss) / MILLION, 'B');
  events.forEach((event) => event.resolve());
  await Promise.all(waiting);
}

async function sleepers() {
  const before = processBytes('VmRSS');
  const start = nanos();
  const sleep = async () => {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 1000));
  };
  await tasks(MILLION, sleep);
  show('w5_sleep_total', (nanos() - start) / 1e6, 'ms');
  show('w5_sleep_rss', (processBytes('VmHWM') - before) / 2 ** 20, 'MiB');
}

function posts(count) {
  return new Promise((resolve) => {
    let calls = 0;
    const poster = new Worker(fileURLToPath(import.meta.url), { workerData: count });
    poster.on('message', () => {
      if (++calls === count) resolve();
    });
  });
}

async function generator(count) {
  async function* numbers() {
    for (let i = 0; i < count; i++) yield i;
  }
  let sum = 0;
  for await (const number of numbers()) sum += number;
  return sum;
}

async function compete(times) {
  const lock = new Lock();
  await tasks(100, async () => {
    for (let i = 0; i < times; i++) {
      await lock.acquire();
      try {
        await rest();
      } finally {
        lock.release();
      }
    }
  });
}

async function subprocesses(count) {
  for (let i = 0; i < count; i++) {
    await new Promise((resolve) => spawn('true', { stdio: 'ignore' }).on('exit', resolve));
  }
}

const WORKLOADS = {
  w1_spawn: () =>
    timed('w1_spawn', MILLION, async () => {
      for (let batch = 0; batch < 100; batch++) await tasks(10_000, () => yields(1));
    }),
  w2_yield1: () => {
    const count = turns ? MILLION : 5 * MILLION;
    return timed('w2_yield1', count, () => yields(count));
  },
  w2_yield1000: () => {
    const each = turns ? 1000 : 5000;
    return timed('w2_yield1000', 1000 * each, () => tasks(1000, () => yields(each)));
  },
  w3_queue: () => timed('w3_queue', 500_000, () => queuePingPong(500_000)),
  w3_future: () => timed('w3_future', MILLION, () => futurePingPong(MILLION)),
  w4_1p1c: () => timed('w4_1p1c', 2 * MILLION, () => throughQueue(1, 2 * MILLION)),
  w4_100p1c: () => timed('w4_100p1c', 2 * MILLION, () => throughQueue(100, 20_000)),
  w5_sleep: sleepers,
  w5_cancel: () => timed('w5_cancel', MILLION, cancelTimers),
  w6_mem: memory,
  w7_call: () => timed('w7_call', 300_000, () => posts(300_000)),
  w8_rt: () =>
    timed('w8_rt', 10_000, async () => {
      for (let i = 0; i < 10_000; i++) await new Promise((resolve) => randomBytes(1, resolve));
    }),
  w9_agen: () => timed('w9_agen', 5 * MILLION, () => generator(5 * MILLION)),
  w10_lock: () => {
    const times = turns ? 1000 : 10_000;
    return timed('w10_lock', 100 * times, () => compete(times));
  },
  w16_subproc: async () => {
    await subprocesses(20);
    const start = nanos();
    await subprocesses(500);
    show('w16_subproc', (nanos() - start) / 1e6 / 500, 'ms');
  },
  hello: async () => {
    await new Promise((resolve) => setTimeout(resolve, 1));
    console.log('hello');
  },
};

if (isMainThread) {
  await WORKLOADS[workload]();
} else {
  for (let i = 0; i < workerData; i++) parentPort.postMessage(i);
}
