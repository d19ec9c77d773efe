import Fastify from 'fastify';
import { answerParent } from '../processes/answer-parent.js';

/** Reads the JSON, answers, keeps nothing: what HTTP alone costs. */
const app = Fastify();
app.post('/uplink', (request, reply) => {
  reply.code(202);
  return { success: typeof request.body === 'object' };
});
await app.listen({ host: '127.0.0.1', port: 0 });
answerParent({}, { port: Number(new URL(app.listeningOrigin).port) });
