"""Names that stand in every QTI 3 file."""

ITEM = "http://www.imsglobal.org/xsd/imsqtiasi_v3p0"
PACKAGE = "http://www.imsglobal.org/xsd/qti/qtiv3p0/imscp_v1p1"
METADATA = "http://ltsc.ieee.org/xsd/LOM"
INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
ITEM_SCHEMA = f"{ITEM} https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqti_asiv3p0p1_v1p0.xsd"
PACKAGE_SCHEMA = (
    f"{PACKAGE} https://purl.imsglobal.org/spec/qti/v3p0/schema/xsd/imsqtiv3p0_imscpv1p2_v1p0.xsd "
    f"{METADATA} https://purl.imsglobal.org/spec/md/v1p3/schema/xsd/imsmd_loose_v1p3p2.xsd"
)
MANIFEST = "imsmanifest.xml"
ITEM_TYPE = "imsqti_item_xml"
"""How the type of a resource begins that is a question; the version follows."""

RESPONSE = "RESPONSE"
FEEDBACK = "FEEDBACK"
SOLUTION = "SOLUTION"
EXPLANATION = "explanation"
ACCEPT = "accept_"
OTHERWISE = "otherwise"

DIFFICULTIES = ("very easy", "easy", "medium", "difficult", "very difficult")
"""The words of LOM for difficulties 1 to 5."""
