import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';

/** The name of the module's own version; the API's paths carry the major one. */
const apiVersion = '0.1.0';

/** The OpenAPI document of all routes, with what they all have in common. */
export function buildOpenApi(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setOpenAPIVersion('3.1.0')
    .setTitle('Fieldline')
    .setDescription(
      'The application layer behind ChirpStack and ESP32 fleets. Errors are problem documents (RFC 9457); lists are bare arrays with their total and next page in headers.',
    )
    .setVersion(apiVersion)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addBearerAuth({
      type: 'http',
      scheme: 'bearer',
      description: 'An access token of /api/v1/auth/login, or an API key.',
    })
    .addApiKey({ type: 'apiKey', in: 'header', name: 'X-API-Key', description: 'An API key.' }, 'api-key')
    .addSecurityRequirements('bearer')
    .addSecurityRequirements('api-key')
    .build();
  return SwaggerModule.createDocument(app, config, {
    operationIdFactory: (controller, method) => `${controller.replace(/Controller$/, '')}_${method}`,
  });
}
