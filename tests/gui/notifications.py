"""Stands in for the desktop's notification service: notes what is sent, and presses its buttons.
Started beside the test: a line of JSON on stdout for each notification; a line `ID ACTION` on stdin presses."""
import json, sys

from gi.repository import Gio, GLib

XML = """<node><interface name="org.freedesktop.Notifications">
<method name="Notify"><arg direction="in" type="s"/><arg direction="in" type="u"/><arg direction="in" type="s"/>
<arg direction="in" type="s"/><arg direction="in" type="s"/><arg direction="in" type="as"/><arg direction="in" type="a{sv}"/>
<arg direction="in" type="i"/><arg direction="out" type="u"/></method>
<method name="CloseNotification"><arg direction="in" type="u"/></method>
<method name="GetCapabilities"><arg direction="out" type="as"/></method>
<method name="GetServerInformation"><arg direction="out" type="s"/><arg direction="out" type="s"/><arg direction="out" type="s"/>
<arg direction="out" type="s"/></method>
<signal name="ActionInvoked"><arg type="u"/><arg type="s"/></signal>
<signal name="NotificationClosed"><arg type="u"/><arg type="u"/></signal>
</interface></node>"""
PATH = "/org/freedesktop/Notifications"
INTERFACE = "org.freedesktop.Notifications"
connection = Gio.bus_get_sync(Gio.BusType.SESSION)
loop = GLib.MainLoop()
told = 0


def on_call(_connection, _sender, _path, _interface, method, parameters, invocation):
    global told
    if method == "Notify":
        _app, replaces, _icon, summary, body, actions, _hints, _timeout = parameters.unpack()
        told = replaces or told + 1
        print(json.dumps({"id": told, "title": summary, "body": body, "actions": actions}), flush=True)
        invocation.return_value(GLib.Variant("(u)", (told,)))
    elif method == "GetCapabilities":
        invocation.return_value(GLib.Variant("(as)", (["actions", "body", "persistence"],)))
    elif method == "GetServerInformation":
        invocation.return_value(GLib.Variant("(ssss)", ("tests", "Switchyard", "1", "1.2")))
    else:
        invocation.return_value(None)


def on_line(channel, _condition):
    line = channel.readline()
    if not line:
        loop.quit()
        return False
    number, action = line.rstrip("\n").split(" ", 1)
    connection.emit_signal(None, PATH, INTERFACE, "ActionInvoked", GLib.Variant("(us)", (int(number), action)))
    return True


connection.register_object(PATH, Gio.DBusNodeInfo.new_for_xml(XML).interfaces[0], on_call, None, None)
Gio.bus_own_name_on_connection(connection, INTERFACE, Gio.BusNameOwnerFlags.NONE, lambda *_: print("ready", flush=True), None)
GLib.io_add_watch(sys.stdin, GLib.IO_IN | GLib.IO_HUP, on_line)
loop.run()
