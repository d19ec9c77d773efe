/** Node-RED as it comes, but for what would reach the network or wait for a person. */
module.exports = {
  uiHost: '127.0.0.1',
  disableEditor: true,
  httpAdminRoot: false,
  telemetry: { enabled: false, updateNotification: false },
  diagnostics: { enabled: false },
  externalModules: { autoInstall: false, palette: { allowInstall: false } },
  credentialSecret: 'bench',
  logging: { console: { level: 'warn', metrics: false, audit: false } },
};
