// w13_client and w13_warm in Node.js, with node:http: node fetch.mjs WORKLOAD PEER URL
import http from 'node:http';

const CONCURRENCY = 100;
const REQUESTS = 20_000;
const [, , workload, peer, url] = process.argv;
const WARM_UPS = workload === 'w13_warm' ? 100_000 : 5_000;
const agent = new http.Agent({ keepAlive: true, maxSockets: CONCURRENCY });

function get() {
  return new Promise((resolve, reject) => {
    const request = http.get(url, { agent }, (response) => {
      let bytes = 0;
      response.on('data', (data) => {
        bytes += data.length;
      });
      response.on('end', () => {
        if (response.statusCode === 200 && bytes >= 100) resolve();
        else reject(new Error(`status ${response.statusCode}, ${bytes} bytes`));
      });
    });
    request.on('error', reject);
  });
}

async function fetch(count) {
  let begun = 0;
  const work = async () => {
    while (begun < count) {
      begun++;
      await get();
    }
  };
  await Promise.all(Array.from({ length: CONCURRENCY }, work));
}

await fetch(WARM_UPS);
const wall = process.hrtime.bigint();
const cpu = process.cpuUsage();
await fetch(REQUESTS);
const seconds = Number(process.hrtime.bigint() - wall) / 1e9;
const used = process.cpuUsage(cpu);
console.log(workload, peer, (REQUESTS / seconds).toFixed(0), 'req/s');
console.log(`${workload}.cpu`, peer, ((used.user + used.system) / REQUESTS).toPrecision(4), 'us');
agent.destroy();
