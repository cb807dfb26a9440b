import { watch } from "../../state/orders.ts";
import { usePlan } from "../../state/plans.ts";
import { useDataset, useSession } from "../../state/session.ts";
import { selectNodes, useFocus } from "../../state/workspace.ts";
import { useTheme } from "../../ui/use-theme.ts";
import { FeatureMapsView } from "./FeatureMapsView.tsx";

export function FeatureMapsPanel() {
  const focus = useFocus();
  const maps = useSession((state) => state.maps);
  const kernels = useSession((state) => state.kernels);
  const surface = useSession((state) => state.surface);
  const watched = useSession((state) => state.watched);
  return (
    <FeatureMapsView
      plan={usePlan()}
      focus={focus}
      maps={maps}
      kernels={kernels}
      dataset={useDataset()}
      surface={surface}
      watched={watched}
      theme={useTheme()}
      onWatch={(image) => watch(image, focus)}
      onSelect={(node) => selectNodes([node])}
    />
  );
}
