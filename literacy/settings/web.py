"""How settings plug into the app."""

from literacy import audit
from literacy.access import Permission
from literacy.registry import NavItem, Registry
from literacy.settings import ours, service

NAV = NavItem(
    "设置", "literacy.settings", Permission.INSTALLATION, "管理", 42, ("literacy.settings_group", "literacy.mails")
)


def offer(offered: Registry) -> None:
    """What the ground puts into the lists."""
    offered.nav.append(NAV)
    offered.settings.extend(ours.SETTINGS)
    offered.setting_groups.update(ours.GROUPS)
    offered.setting_rules.extend(ours.RULES)
    offered.pictured.append(service.logo_texts)
    audit.ACTIONS.update(service.ACTIONS)
