/** How the TypeScript client is made from openapi.json: `npm run client`. */
export default {
  input: 'openapi.json',
  output: { path: 'client/src', importFileExtension: '.js' },
  plugins: ['@hey-api/client-fetch', '@hey-api/typescript', '@hey-api/sdk'],
  logs: { level: 'warn' },
};
