import { IvrMenus } from "effect-audian"
import * as Case from "../Case.ts"

const menu = {
  name: "Main menu",
  prompt: "Press 1 for sales",
  options: [
    { digit: "1", destination: "+14155555678", destination_type: "phone_number" },
    { digit: "2", destination: "menu_def456", destination_type: "ivr_menu" }
  ]
}

export const cases = [
  Case.of(IvrMenus.create, {
    input: { ...menu, language: "en-US", voice: "female", max_digits: 1 },
    sent: {
      method: "POST",
      path: "/v2/ivr-menus",
      body: { ...menu, language: "en-US", voice: "female", max_digits: 1 }
    },
    response: { status: 201, body: { menu_id: "menu_abc123", ...menu, created_at: "2024-01-01T12:00:00Z" } }
  })
]
