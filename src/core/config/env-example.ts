import type { Variable } from './variable.js';
import { variables } from './variables.js';

/** The text of .env.example: every variable with its meaning, all of them as comments, so that a copy changes nothing. */
export function envExample(): string {
  const entries = Object.values<Variable<unknown>>(variables).map((variable) => {
    const [name, ...others] = variable.names;
    const also = others.length === 0 ? '' : ` (${others.join(', ')} is read too)`;
    return `# ${variable.meaning} Allowed: ${variable.allowed}.${also}\n#${name}=${variable.example}\n`;
  });
  return `# Copy this file to .env and take the sign away from what you want to change.\n\n${entries.join('\n')}`;
}
