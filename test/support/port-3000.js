/*
 * Preloaded into programs that speak to port 3000 as they are printed: they reach the server of this test instead, whose
 * port is in TEST_PORT. Nothing of them is changed, and no port of this machine is taken.
 */
import { Socket } from 'node:net';

const connect = Socket.prototype.connect;
Socket.prototype.connect = function (...args) {
  const options = Array.isArray(args[0]) ? args[0][0] : args[0];
  if (typeof options === 'object' && Number(options.port) === 3000) {
    options.port = Number(process.env.TEST_PORT);
    options.host = '127.0.0.1';
  }
  return connect.apply(this, args);
};
