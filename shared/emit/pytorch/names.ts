import type { Plan } from "../../compile/plan.ts";
import { variables } from "../keras-program.ts";

/**
 * What the program and its weights call each node: the node's id, with `_` behind it where Python or PyTorch's modules use
 * the word themselves. One list for both, so that the weights fit the program.
 */
export const torchNames = (plan: Plan): ((id: string) => string) => variables(plan.steps, torchTaken);

const words = (list: string): readonly string[] => list.split(" ");

/** Words that no layer may have as an attribute or as a variable of `forward`; ids are in lower case, with a letter first. */
export const torchTaken: readonly string[] = [
  // The Python Language Reference, 2.3.1.
  ...words(
    "and as assert async await break class continue def del elif else except finally for from global if",
  ),
  ...words("import in is lambda nonlocal not or pass raise return try while with yield"),
  // torch.nn.Module's own, in PyTorch 1.13 to 2.9.
  ...words(
    "add_module apply bfloat16 buffers call_super_init children compile cpu cuda double dump_patches eval",
  ),
  ...words("extra_repr float forward get_buffer get_extra_state get_parameter get_submodule half ipu"),
  ...words(
    "load_state_dict modules mtia named_buffers named_children named_modules named_parameters parameters",
  ),
  ...words("register_backward_hook register_buffer register_forward_hook register_forward_pre_hook"),
  ...words("register_full_backward_hook register_full_backward_pre_hook register_load_state_dict_post_hook"),
  ...words(
    "register_load_state_dict_pre_hook register_module register_parameter register_state_dict_post_hook",
  ),
  ...words(
    "register_state_dict_pre_hook requires_grad_ set_extra_state set_submodule share_memory state_dict to",
  ),
  ...words("to_empty train training type xpu zero_grad"),
  // What `forward` uses.
  ...words("images nn self super torch x"),
];
