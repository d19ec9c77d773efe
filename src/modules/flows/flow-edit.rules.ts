import { refuseReadOnly } from '../../core/http/read-only.js';
import type { Row } from '../../core/database/row.js';
import { mergePatch } from '../../core/json/merge-patch.js';
import type { Principal } from '../auth/principal.decorator.js';
import { FlowResponse } from './dto/flow.response.js';
import type { UpdateFlowRequest } from './dto/update-flow.request.js';
import type { Flow } from './flow.entity.js';
import type { Canvas } from './graph/canvas.js';
import { parseCanvas } from './graph/canvas.rules.js';

/** What a layout in a request does to the stored one: PUT replaces it, PATCH is merged into it. */
export type LayoutEdit = 'replaces' | 'merges';

export function canvasOf({ nodes, edges, layout }: Canvas): Canvas {
  return { nodes, edges, layout };
}

/** The canvas after an edit; its shape is checked when anything of it was sent. Null clears. */
export function editedCanvas(stored: Canvas, sent: UpdateFlowRequest, layoutEdit: LayoutEdit): Canvas {
  const { nodes, edges, layout } = sent;
  if (nodes === undefined && edges === undefined && layout === undefined) return canvasOf(stored);
  return parseCanvas({
    nodes: nodes === undefined ? stored.nodes : (nodes ?? []),
    edges: edges === undefined ? stored.edges : (edges ?? []),
    layout: layout === undefined ? stored.layout : editedLayout(stored.layout, layout, layoutEdit),
  });
}

/** What GET gave may be PUT; status only follows `enabled`, and may be stale beside it. */
export function refuseReadOnlyFields(request: UpdateFlowRequest, stored: Row<Flow>): void {
  refuseReadOnly(request, new FlowResponse(stored), {
    id: 'same',
    version: 'not_later',
    created_at: 'same',
    updated_at: 'not_later',
    ...(request.enabled === undefined ? { status: 'same', disabled_reason: 'same' } : {}),
  });
}

/** The user behind a save; a key has none. */
export function authorOf(principal: Principal): string | null {
  return principal.kind === 'user' ? principal.userId : null;
}

function editedLayout(stored: Canvas['layout'], sent: Canvas['layout'], edit: LayoutEdit): Canvas['layout'] {
  return edit === 'replaces' || sent === null ? sent : (mergePatch(stored ?? {}, sent) as Canvas['layout']);
}
