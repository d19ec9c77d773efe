import { AuthService } from '../modules/auth/auth.service.js';
import { WrongUsage, type Command } from './command.js';
import { withCommandApp } from './command-app.js';

/** Makes the platform's operator; there is no other way to become one. */
export const createAdmin: Command = {
  parameters: '<email> <username> <password>',
  summary: 'makes a superuser, who is admin of the default tenant',
  async run(args) {
    const [email, username, password, ...rest] = args;
    if (email === undefined || username === undefined || password === undefined || rest.length > 0) {
      throw new WrongUsage();
    }
    const user = await withCommandApp((app) => app.get(AuthService).createAdministrator({ email, username, password }));
    return `${user.username} <${user.email}> is a superuser now and can log in.`;
  },
};
