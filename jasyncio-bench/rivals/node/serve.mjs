// The servers in Node.js: node serve.mjs serve_echo|serve_tls|serve_http PEER PORT [FOLDER]
import { readFileSync } from 'node:fs';
import http from 'node:http';
import net from 'node:net';
import tls from 'node:tls';

const [, , kind, , port, folder] = process.argv;

function echo(socket) {
  socket.setNoDelay(true);
  socket.on('data', (data) => socket.write(data));
  socket.on('error', () => socket.destroy());
}

function answer(request, response) {
  const json = request.url === '/json';
  const body = json ? JSON.stringify({ message: 'Hello, World!' }) : 'Hello, World!';
  response.writeHead(200, {
    'Content-Type': json ? 'application/json' : 'text/plain',
    'Content-Length': body.length,
  });
  response.end(body);
}

function secure() {
  const key = readFileSync(`${folder}/key.pem`);
  const cert = readFileSync(`${folder}/cert.pem`);
  return tls.createServer({ key, cert }, echo).on('tlsClientError', () => {});
}

const servers = {
  serve_echo: () => net.createServer(echo),
  serve_tls: secure,
  serve_http: () => http.createServer(answer),
};
servers[kind]().listen(Number(port), '127.0.0.1', 4096, () => console.log('READY'));
